import { numberList, momentText, timeText, type Words } from "../core/words";

/** How the page speaks: words, times in the clinic's zone, lists of question numbers. */
export interface Look {
  words: Words;
  time(iso: string, seconds?: boolean): string;
  moment(iso: string): string;
  list(numbers: number[]): string;
}

export function lookOf(words: Words, lang: string, zone: string): Look {
  return {
    words,
    time: (iso, seconds) => timeText(iso, lang, zone, seconds),
    moment: (iso) => momentText(iso, lang, zone),
    list: (numbers) => numberList(numbers, lang),
  };
}
