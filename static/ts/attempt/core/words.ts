/** A sentence of the page by its key, with {name} places. */
export type Words = (key: string, places?: Record<string, string | number>) => string;

export function wordsOf(table: Record<string, string>): Words {
  return (key, places = {}) => {
    const text = table[key] ?? key;
    return text.replace(/\{(\w+)\}/g, (all, name: string) => String(places[name] ?? all));
  };
}

/** Hour and minute, or with seconds, of a server time in the clinic's zone. */
export function timeText(iso: string, lang: string, zone: string, seconds = false): string {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return "";
  const second = seconds ? ("2-digit" as const) : undefined;
  const parts = { hour: "2-digit", minute: "2-digit", second, hourCycle: "h23", timeZone: zone } as const;
  return new Intl.DateTimeFormat(lang, parts).format(at);
}

/** A day and a time in the clinic's zone: the window of an exam may span days. */
export function momentText(iso: string, lang: string, zone: string): string {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return "";
  const parts = { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone } as const;
  return new Intl.DateTimeFormat(lang, parts).format(at);
}

const minuteMs = 60000;

/** The end of a day is 24:00 of that day, as the rest of the house writes it, not the midnight of the day after. */
function endsDay(iso: string, lang: string, zone: string): boolean {
  return timeText(iso, lang, zone, true) === "00:00:00";
}

/** Hour and minute of the end of something. */
export function endText(iso: string, lang: string, zone: string): string {
  return endsDay(iso, lang, zone) ? "24:00" : timeText(iso, lang, zone);
}

/** Day and time of the end of something. */
export function endMomentText(iso: string, lang: string, zone: string): string {
  if (!endsDay(iso, lang, zone)) return momentText(iso, lang, zone);
  const before = new Date(Date.parse(iso) - minuteMs).toISOString();
  return momentText(before, lang, zone).replace("23:59", "24:00");
}

/** A list of question numbers for a sentence. */
export function numberList(numbers: number[], lang: string): string {
  return numbers.join(lang.startsWith("zh") ? "、" : ", ");
}

/** A receipt's hash as a number that people can read to each other; a sheet without answers has no hash and is named by itself. */
export function receiptNumber(head: string, attempt: string): string {
  const clean = head.replace(/[^0-9a-zA-Z]/g, "").toUpperCase();
  if (/^0*$/.test(clean)) return "#" + attempt;
  return clean.slice(0, 4) + "-" + clean.slice(4, 8);
}
