const SILENCE = 40_000;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 8_000;

/**
 * Follows the server's events for ever. fetch, not EventSource: a token must go into a header.
 * on: {frame(frame), state("live" | "lost" | "full"), token(): promise of a token}
 */
export const follow = async (on) => {
  let token = "";
  let wait = FIRST_WAIT;
  for (;;) {
    try {
      const answer = await connect(token);
      if (answer.response.status === 401) {
        token = await on.token();
        continue;
      }
      if (answer.response.ok) {
        wait = FIRST_WAIT;
        on.state("live");
        await read(answer, on.frame);
      }
      on.state(answer.response.status === 503 ? "full" : "lost");
    } catch {
      on.state("lost");
    }
    await new Promise((resume) => setTimeout(resume, wait));
    wait = Math.min(2 * wait, LONGEST_WAIT);
  }
};

const connect = async (token) => {
  const control = new AbortController();
  const alive = () => {
    clearTimeout(control.timer);
    control.timer = setTimeout(() => control.abort(), SILENCE);
  };
  alive();
  const response = await fetch("api/events", { headers: headers(token), cache: "no-store", signal: control.signal });
  return { response, alive, done: () => clearTimeout(control.timer) };
};

export const headers = (token) => (token ? { Authorization: `Bearer ${token}` } : {});

const read = async ({ response, alive, done }, onFrame) => {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { value, done: ended } = await reader.read();
      if (ended) return;
      alive();
      const lines = (rest + value).split("\n");
      rest = lines.pop();
      for (const line of lines) if (line.startsWith("data:")) onFrame(JSON.parse(line.slice(5)));
    }
  } finally {
    done();
  }
};
