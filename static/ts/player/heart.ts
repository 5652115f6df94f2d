import { post } from "../lib/api";

// State is what a beat tells: where the player is and whether somebody can be
// watching.
export interface State {
  position_ms: number;
  playing: boolean;
  visible: boolean;
  rate: number; // per cent: 100 = normal speed
  page: number; // from 1; 0 = not a paged unit
}

interface Credit {
  percent: number; // whole, credited by the server
  completed: boolean;
}

const beatEvery = 10_000; // ms

// Heart sends a beat at a steady pace while the unit is in use, and one more
// when that ends. A beat that is lost is not repeated: the next one tells more.
export class Heart {
  private timer = 0;
  private state: () => State = () => ({ position_ms: 0, playing: false, visible: false, rate: 100, page: 0 });

  constructor(private readonly root: HTMLElement) {
    document.addEventListener("visibilitychange", () => this.update());
    window.addEventListener("pagehide", () => this.stop());
  }

  watch(state: () => State): void {
    this.state = state;
  }

  // update starts or stops the beat after play, pause, or a change of visibility.
  update(): void {
    const s = this.state();
    if (s.playing && s.visible) this.run();
    else this.stop();
  }

  private run(): void {
    if (this.timer !== 0) return;
    void this.beat();
    this.timer = window.setInterval(() => void this.beat(), beatEvery);
  }

  private stop(): void {
    if (this.timer === 0) return;
    clearInterval(this.timer);
    this.timer = 0;
    void this.beat(true);
  }

  async beat(last = false): Promise<void> {
    try {
      const path = `/units/${this.root.dataset["unit"] ?? ""}/progress`;
      this.show(await post<Credit>(path, this.state(), { keepalive: last }));
    } catch {
      this.say(this.root.dataset["offline"] ?? "");
    }
  }

  private show(c: Credit): void {
    const bar = this.root.querySelector<HTMLProgressElement>("[data-credit]");
    if (bar) bar.value = c.percent;
    const figure = this.root.querySelector("[data-credit-text]");
    if (figure) figure.textContent = `${c.percent}%`;
    this.say(c.completed ? (this.root.dataset["completed"] ?? "") : "");
    this.root.classList.toggle("is-completed", c.completed);
  }

  private say(text: string): void {
    const status = this.root.querySelector("[role=status]");
    if (status && status.textContent !== text) status.textContent = text;
  }
}
