// The shapes of the attempt calls as the examinee's page sees them. None of them
// has a field for a key or an explanation: before release they never leave the server.

export type Response =
  | { choice: string }
  | { choices: string[] }
  | { blanks: string[] }
  | { matches: string[] }
  | { order: string[] }
  | { text: string }
  | { recording: Recording }
  | null; // null = cleared

/** A spoken answer as the server has it: the sound is there, part by part. */
export interface Recording {
  ms: number;
  name: string;
  parts: number;
  sha256: string;
}

/** A picture or recording; blob is the name under which it is loaded, sealed, and absent while the server has not prepared it. */
export interface SlotMedia {
  kind: string;
  blob?: string;
  type?: string;
  alt: string;
  /** Of a film: it is not loaded before the start, but played as it comes. */
  file?: string;
}

export interface Option {
  id: string;
  text: string;
  /** Where the text is Markdown: the same with its structure. */
  html?: string;
  media?: SlotMedia[];
}

/** A part of a labelling question's text; one with an id can be marked. */
export interface Piece {
  id?: string;
  text: string;
}

/** What several questions ask about; each of them carries it. */
export interface Stimulus {
  id: string;
  title?: string;
  text: string;
  html?: string;
  media?: SlotMedia[];
}

export interface Slot {
  slot: number;
  type: string;
  points: number;
  stem: string;
  /** Of the stem, where it is Markdown. */
  html?: string;
  options?: Option[];
  /** What a matching question asks an option for. */
  rows?: string[];
  /** The stem of a labelling question, parted at what can be marked. */
  pieces?: Piece[];
  stimulus?: Stimulus;
  /** How long a spoken answer may be. */
  seconds?: number;
  /** How many gaps a blank question has; counted in the stem where it is absent. */
  blanks?: number;
  /** Heading of the paper's section, shown in the answer card. */
  section?: string;
  media?: SlotMedia[];
}

/** The paper as it is in this attempt. */
export interface Paper {
  slots: Slot[];
}

export interface Attempt {
  id: string;
  exam_id: string;
  state: string;
  started_at: string;
  submitted_at?: string | null;
}

export interface SavedResponse {
  slot: number;
  client_seq: number;
  response: Response;
  saved_at: string;
  /** The files of a recording. */
  takes?: number;
}

/** Server time, deadline and the milliseconds left; part of nearly every reply. */
export interface TimeFacts {
  server_time?: string;
  deadline_at?: string;
  remaining_ms?: number;
  /** Since when the clock stands; null while it runs. Absent in the answers to saves, which do not tell. */
  paused_at?: string | null;
}

/** How an attempt stands besides its time: part of the sheet, of heart-beats and of events. */
export interface Standing extends TimeFacts {
  /** Grows with everything that the page must look at. */
  news?: number;
  notices?: Notice[] | null;
}

/** A section of an attempt that is gone through one way, with its first and last question. */
export interface Section {
  title: string;
  first: number;
  last: number;
}

export interface StartReply extends Standing {
  attempt: Attempt;
  /** null while another tab or device holds the attempt: this page is read-only. */
  lease: string | null;
  /** Of an attempt that is gone through one way: the paper holds the questions of its present section alone. */
  sections?: Section[];
  /** At which of them it stands, from 1. */
  section?: number;
  paper: Paper;
  responses: SavedResponse[];
  last_seq?: number;
  receipt?: Receipt;
  integrity?: Integrity | null;
  /** Opens the paper's media. */
  media_key?: string;
  /** Whom to call: a name and a number. */
  contact?: string;
}

/** What the exam watches for. Nothing of it takes a point away; absent means that nothing follows. */
export interface Integrity {
  hidden?: Watch;
  fullscreen?: Watch & { asked?: boolean };
  paste?: Watch;
  /** The person's name, drawn faintly over the paper. */
  watermark?: string | null;
}

export interface Watch {
  mode: "record" | "warn" | "hand_in";
  /** The count at which the server hands in; 0 where nothing but the warning follows. */
  after?: number;
  count?: number;
}

export interface Warning {
  kind: string;
  count: number;
  after?: number;
}

export interface Receipt {
  attempt_id: string;
  submitted_at: string;
  answered: number;
  journal_head: string;
}

/** A notice of the invigilators, or the corrected text of the question at a slot. */
export interface Notice {
  id: string;
  kind: "notice" | "correction";
  text: string;
  slot?: number;
  at?: string;
}

export interface HeartbeatReply extends Standing {
  last_seq?: number;
  state?: string;
  warnings?: Warning[] | null;
}

/**
 * Something noticed, recorded as evidence with its time (ms since the page was loaded) and
 * length; never judged here.
 */
export interface PageEvent {
  kind: "hidden" | "paste" | "fullscreen" | "left" | "returned" | "reopened";
  at_ms: number;
  length_ms: number;
}

export interface Change {
  slot: number;
  client_seq: number;
  response: Response;
}

/** One row of GET /api/v1/me/exams. */
export interface MyExam {
  id: string;
  title: string;
  state: string;
  opens_at: string;
  closes_at: string;
  limit_seconds: number;
  /** The person's extra time, which moves the limit and the close. */
  extra_seconds?: number;
  /** Whom to call: a name and a number. */
  contact?: string;
  attempt_id?: string | null;
  /** Sat in a room: nothing is started here. */
  on_paper?: boolean;
  /** Section by section: a finished one is not gone back to. */
  one_way?: boolean;
}

/** What the shell hands to the page: ids and words, never a question. */
export interface ShellData {
  exam_id: string;
  attempt_id: string;
  lang: string;
  time_zone: string;
  words: Record<string, string>;
}
