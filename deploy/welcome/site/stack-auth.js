// The three calls of Stack Auth's public API that a password reset needs, and what its refusals mean in plain words.

const patience = 30_000;

const texts = {
  NO_ANSWER: "The sign-in service does not answer. Check your connection, wait a minute and try again.",
  TOO_MANY_REQUESTS: "The sign-in service is asked too often at the moment. Wait a few minutes and try again.",
  VERIFICATION_CODE_NOT_FOUND: "This link is not known. Copy all of it, or ask for a new mail here.",
  VERIFICATION_CODE_EXPIRED: "This link has expired: it worked for 7 days. Ask for a new mail here.",
  VERIFICATION_CODE_ALREADY_USED:
    "This link was used before. If you set your password with it, sign in with that. If not, ask for a new mail here.",
  VERIFICATION_CODE_MAX_ATTEMPTS_REACHED: "This link was tried too often. Ask for a new mail here.",
};

/** Each call answers { problem, text }; without a problem it was done. */
export function stackAuth({ stackAuth: server, project, publishableKey }) {
  const post = (path, body) => call(`${server}/api/v1/auth/password/${path}`, body, {
    "Content-Type": "application/json",
    "X-Stack-Access-Type": "client",
    "X-Stack-Project-Id": project,
    "X-Stack-Publishable-Client-Key": publishableKey,
    // Refusals then come as 200 with their status in a header; a browser would log each as an error.
    "X-Stack-Override-Error-Status": "true",
  });
  return {
    sendMail: (email, callback) => post("send-reset-code", { email, callback_url: callback }),
    checkLink: async code =>
      /^[0-9a-z]{45}$/i.test(code) ? post("reset/check-code", { code }) : failure("VERIFICATION_CODE_NOT_FOUND"),
    setPassword: (code, password) => post("reset", { code, password }),
  };
}

/** Whether a link is good for nothing any more. */
export const isSpent = problem => problem !== undefined && problem.startsWith("VERIFICATION_CODE_");

/** What is wrong with a password, found before it is sent: a refusal would use the link up. Empty when nothing is. */
export function weakness(password) {
  if (password.length < 8) return "Use at least 8 characters.";
  if (password.length > 70) return "Use at most 70 characters.";
  return new TextEncoder().encode(password).length > 71
    ? "This is too long, because characters such as é or 😀 count more than once. Use fewer of them."
    : "";
}

async function call(address, body, headers) {
  try {
    const response = await fetch(address, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
      credentials: "omit",
      cache: "no-store",
      signal: AbortSignal.timeout(patience),
    });
    const status = Number(response.headers.get("X-Stack-Actual-Status") ?? response.status);
    if (status < 400) return {};
    if (status === 429) return failure("TOO_MANY_REQUESTS");
    const { code, details } = await response.json().catch(() => ({}));
    return failure(code ?? (status >= 500 ? "NO_ANSWER" : `HTTP ${status}`), details);
  } catch {
    return failure("NO_ANSWER");
  }
}

function failure(problem, details) {
  const text =
    problem === "PASSWORD_TOO_SHORT" ? `The sign-in service wants at least ${details.min_length} characters.`
    : problem === "PASSWORD_TOO_LONG" ? `The sign-in service takes at most ${details.max_length} characters.`
    : texts[problem] ?? `The sign-in service refuses this page (${problem}). Please tell your support.`;
  return { problem, text };
}
