import { make } from "./dom.js";

const ABOUT_ONE = [["PROMOTE", "Promote"], ["ROLLBACK", "Roll back to it"], ["PIN", "Pin"], ["UNPIN", "Remove pin"]];
const ABOUT_ALL = [["ROLLBACK", "Roll back to the one before"], ["FOLLOW", "Follow the live version"]];

/**
 * A form that gives orders: about one version, or with version 0 about what is served. The token is
 * kept by the page while it is open and sent in a header, never in a cookie.
 */
export const orderForm = (session, model, version) => {
  const about = version ? `version ${version}` : "what is served";
  const author = make("input", { required: true, maxlength: "200", autocomplete: "username", value: session.author ?? "" });
  const reason = make("input", { required: true, maxlength: "1000" });
  const token = make("input", { type: "password", required: true, autocomplete: "off", value: session.operator ?? "" });
  const result = make("p", { role: "status", class: "note" });
  const buttons = (version ? ABOUT_ONE : ABOUT_ALL).map(([kind, name]) => make("button", { class: kind === "PROMOTE" ? "main" : "", value: kind }, name));

  const give = async (event) => {
    event.preventDefault();
    session.author = author.value;
    session.operator = token.value;
    buttons.forEach((each) => (each.disabled = true));
    result.className = "note";
    result.textContent = "writing and checking";
    try {
      const answer = await fetch("api/orders", {
        method: "POST",
        headers: { "Content-Type": "application/json", Authorization: `Bearer ${token.value}` },
        body: JSON.stringify({ model, kind: event.submitter.value, version, author: author.value, reason: reason.value }),
      });
      const told = await answer.json();
      result.className = answer.ok ? "good" : "care";
      result.textContent = told.written ?? told.error;
    } catch {
      result.className = "care";
      result.textContent = "The server does not answer: look at the versions before you try again.";
    }
    buttons.forEach((each) => (each.disabled = false));
  };

  return make("details", { class: "orders" },
    make("summary", {}, `Give an order about ${about}`),
    make("form", { onsubmit: give },
      make("label", {}, "Author ", author), make("label", {}, "Reason ", reason), make("label", {}, "Operator’s token ", token),
      make("div", { class: "buttons" }, ...buttons), result));
};
