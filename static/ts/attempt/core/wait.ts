// The waiting page's clock: how long until the exam opens, by the server's time and a monotonic timer.

import type { Timers } from "./timer";
import type { MyExam } from "./types";

/** A room that starts by itself spreads over this; it is half of the load allowance that every deadline holds (10 s). */
export const jitterMs = 5000;

export class OpeningClock {
  private opensAt = 0;
  private serverAt: number | null = null;
  private heardAt = 0;

  constructor(private readonly now: Timers["now"]) {}

  /** Takes the server's time from a reply; where it tells none, the device's must do, and the server still decides. */
  sync(opensAt: string, serverTime: string | undefined, deviceNow: number): void {
    this.opensAt = Date.parse(opensAt);
    this.serverAt = serverTime ? Date.parse(serverTime) : deviceNow;
    this.heardAt = this.now();
  }

  /** Milliseconds until the opening, never below zero. */
  leftMs(): number {
    if (this.serverAt === null) return 0;
    return Math.max(0, this.opensAt - this.serverAt - (this.now() - this.heardAt));
  }
}

/** When a page that is ready asks to start: at once for whoever comes later, spread at the opening itself. */
export function startDelayMs(waited: boolean, random: () => number): number {
  return waited ? jitterMs * random() : 0;
}

/** "2:05" or "1:02:05", for a countdown. */
export function countdownText(ms: number): string {
  const s = Math.ceil(ms / 1000);
  const two = (n: number) => String(n).padStart(2, "0");
  const hours = Math.floor(s / 3600);
  const rest = two(Math.floor(s / 60) % 60) + ":" + two(s % 60);
  return hours > 0 ? hours + ":" + rest : rest;
}

/** How long somebody has, in minutes, how much of it is extra time, and when their answers are collected at the latest. */
export function ownTimes(e: Pick<MyExam, "closes_at" | "limit_seconds" | "extra_seconds">): { minutes: number; extra: number; until: string } {
  const extra = e.extra_seconds ?? 0;
  const until = extra > 0 ? new Date(Date.parse(e.closes_at) + extra * 1000).toISOString() : e.closes_at;
  return { minutes: Math.round((e.limit_seconds + extra) / 60), extra: Math.round(extra / 60), until };
}

/** What a browser tells of the device's battery; level is of 1. */
export interface Battery {
  level: number;
  charging: boolean;
}

/** Below this a phone may not last for an exam. */
const lowBattery = 0.3;

/** Whether the battery will do, in the words of the waiting page. */
export function batteryCheck(b: Battery): { ok: boolean; word: string; percent: number } {
  const percent = Math.round(b.level * 100);
  if (b.charging) return { ok: true, word: "attempt.start.check.battery", percent };
  return b.level < lowBattery ? { ok: false, word: "attempt.start.check.battery.low", percent } : { ok: true, word: "attempt.start.check.battery.fine", percent };
}
