// The browser's microphone: small parts of what it records, in a form that the server takes.

import type { MicProblem, Take, TakeEvents } from "./speech";

const partMs = 5000;
/** Speech is clear at this; some engines record with five times as much unless they are told. */
const bitsPerSecond = 32000;
const forms = ["audio/webm;codecs=opus", "audio/webm", "audio/mp4", "audio/ogg;codecs=opus"];

export async function openMicrophone(e: TakeEvents): Promise<Take | MicProblem> {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices?.getUserMedia || typeof MediaRecorder === "undefined") return "unsupported";
  let stream: MediaStream;
  try {
    stream = await devices.getUserMedia({ audio: true });
  } catch (cause) {
    return problemOf(cause);
  }
  const mimeType = forms.find((f) => MediaRecorder.isTypeSupported(f));
  try {
    return run(new MediaRecorder(stream, { audioBitsPerSecond: bitsPerSecond, ...(mimeType ? { mimeType } : {}) }), stream, e);
  } catch {
    stream.getTracks().forEach((t) => t.stop());
    return "failed";
  }
}

function problemOf(cause: unknown): MicProblem {
  const name = cause instanceof DOMException ? cause.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  return name === "NotFoundError" || name === "OverconstrainedError" ? "absent" : "failed";
}

function run(recorder: MediaRecorder, stream: MediaStream, e: TakeEvents): Take {
  // Blobs are read one after the other, and the end comes behind the last of them.
  let read = Promise.resolve();
  const stop = () => {
    if (recorder.state !== "inactive") recorder.stop();
  };
  recorder.addEventListener("dataavailable", (d) => {
    read = read.then(async () => e.sound(new Uint8Array(await d.data.arrayBuffer())));
  });
  recorder.addEventListener("stop", () => {
    stream.getTracks().forEach((t) => t.stop());
    void read.then(() => e.ended());
  });
  recorder.addEventListener("error", () => {
    e.interrupted();
    stop();
  });
  for (const track of stream.getAudioTracks()) {
    // A call mutes the microphone on one system and ends it on another.
    for (const event of ["mute", "ended"]) {
      track.addEventListener(event, () => {
        if (recorder.state === "inactive") return;
        e.interrupted();
        stop();
      });
    }
  }
  recorder.start(partMs);
  return { stop, flush: () => recorder.state === "recording" && recorder.requestData() };
}
