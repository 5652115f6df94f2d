import { endMomentText, endText, momentText, numberList, timeText, type Words } from "../core/words";

/** How the page speaks: words, times in the clinic's zone, lists of question numbers. */
export interface Look {
  words: Words;
  time(iso: string, seconds?: boolean): string;
  moment(iso: string): string;
  /** The end of something: midnight is 24:00 of the day before. */
  end(iso: string): string;
  endMoment(iso: string): string;
  list(numbers: number[]): string;
}

export function lookOf(words: Words, lang: string, zone: string): Look {
  return {
    words,
    time: (iso, seconds) => timeText(iso, lang, zone, seconds),
    moment: (iso) => momentText(iso, lang, zone),
    end: (iso) => endText(iso, lang, zone),
    endMoment: (iso) => endMomentText(iso, lang, zone),
    list: (numbers) => numberList(numbers, lang),
  };
}
