import { longestAnswer, roomLeft, textResponse } from "../core/response";
import type { Sitting } from "../core/sitting";
import type { Slot } from "../core/types";
import { el, say } from "./dom";
import type { Look } from "./look";
import type { Answer, Controls } from "./question";
import { typed } from "./typed";

/** An answer that is written, short or an essay: one large field, and near its end how much can still be written. */
export function short(slot: Slot, answer: Answer, sitting: Sitting, look: Look): Controls {
  const longest = longestAnswer(slot);
  const room = el("p", { class: "room", role: "status", id: `room-${slot.slot}` });
  const area = el("textarea", {
    class: "gap", rows: slot.type === "essay" ? 16 : 8, maxlength: longest, "aria-describedby": room.id, autocomplete: "off", spellcheck: "false",
  });
  const tell = () => {
    const left = roomLeft(area.value, longest);
    if (left === null) say(room, "");
    else say(room, left === 0 ? look.words("attempt.question.full", { n: longest }) : look.words("attempt.question.room", { n: left }));
  };
  typed(area, sitting, () => {
    tell();
    answer(textResponse(area.value), "text");
  });
  return {
    nodes: [el("label", { class: "answer-text" }, look.words("attempt.question.text"), area), room],
    show(r) {
      const text = r && "text" in r ? r.text : "";
      if (area !== document.activeElement && area.value !== text) area.value = text;
      tell();
    },
    choose: () => undefined,
  };
}
