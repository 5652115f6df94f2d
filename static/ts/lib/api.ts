// Calls of the JSON API from a page: the cookie is the log-in.

// Refused is an answer of the server; anything else that is thrown is the network.
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }

  // passing tells whether the same request may succeed later.
  get passing(): boolean {
    return this.status >= 500 || this.status === 429 || this.status === 408;
  }
}

export async function post<T>(path: string, body: unknown, options: RequestInit = {}): Promise<T> {
  const answer = await fetch("/api/v1" + path, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
    ...options,
  });
  const text = await answer.text();
  if (!answer.ok) throw new Refused(answer.status, reasonOf(text));
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

// reasonOf is the sentence of an RFC 9457 problem, in the page's language: that of its first wrong field, which says more
// than how many there are.
function reasonOf(text: string): string {
  try {
    const problem = JSON.parse(text) as { title?: string; title_en?: string; errors?: { message: string }[] };
    const field = problem.errors?.[0]?.message;
    if (field) return field;
    const english = document.documentElement.lang === "en";
    return (english ? problem.title_en : problem.title) ?? "";
  } catch {
    return ""; // a proxy's page, not ours
  }
}
