// The step from one section of an exam to the next, one way: what is unsent goes first, then the next section is asked for. It is
// tried until it is answered or taken back. It ends with the next section, by 继续答题, or with whatever ends the work.

import type { Api, Outcome } from "./api";
import { backoffMs } from "./backoff";
import type { Heartbeat } from "./heartbeat";
import type { Outbox } from "./outbox";
import type { Speech } from "./speech";
import type { Timers } from "./timer";
import type { StartReply } from "./types";

export interface SectionStepParts {
  api: Api;
  timers: Timers;
  outbox: Outbox;
  speech: Speech;
  heartbeat: Heartbeat;
  /** Shows the section at which the attempt stands; where that is another one, the step is over. */
  turn: (start: StartReply) => void;
  /** The server does not stand where the page thought. */
  lookAgain: () => Promise<void>;
  /** The attempt is over. */
  closed: () => void;
  /** Another holds the attempt. */
  lost: () => void;
  changed: () => void;
}

export class SectionStep {
  /** Set while a section is being left; a fresh one each time. */
  leaving: object | null = null;

  constructor(private readonly p: SectionStepParts) {}

  /** 完成本部分: sends what is unsent, then leaves the section for good. */
  async leave(section: number): Promise<void> {
    const leaving = {};
    this.leaving = leaving;
    this.p.changed();
    await this.p.speech.drained();
    const sent = await this.p.outbox.drained();
    for (let n = 1; sent && this.leaving === leaving; n++) {
      const o = await this.p.api.finishSection(section);
      if (o.kind === "ok") this.p.turn(o.body); // also when it was taken back meanwhile: it is decided
      if (this.leaving !== leaving) return;
      if (o.kind !== "offline" && o.kind !== "busy") {
        await this.refused(o);
        break;
      }
      await new Promise<void>((done) => this.p.timers.after(backoffMs(n, Math.random, o.kind === "busy" ? o.retryAfterMs : 0), done));
    }
    if (this.leaving === leaving) this.stay();
  }

  /** 继续答题 before the section is left. */
  stay(): void {
    if (this.leaving === null) return;
    this.leaving = null;
    this.p.changed();
  }

  /** The next section is there, or the work ended meanwhile. */
  end(): void {
    this.leaving = null;
  }

  private async refused(o: Outcome<StartReply>): Promise<void> {
    switch (o.kind) {
      case "ok":
        return;
      case "closed":
        this.p.closed();
        return;
      case "lease_lost":
        this.p.lost();
        return;
      case "login":
        this.p.outbox.stop("login");
        return;
      case "conflict":
        await this.p.lookAgain();
        return;
      default:
        await this.p.heartbeat.now();
    }
  }
}
