// What visitors see.

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** HTML, with what is in it escaped. */
function escaped(text) {
  return String(text).replace(/[&<>"]/g, (character) => ESCAPES[character]);
}

function page(title, content) {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1>${content}</html>`;
}

function form(action, inputs, button, message) {
  const said = message === undefined ? "" : `<p role="alert">${escaped(message)}</p>`;
  const fields = inputs.map(
    ([name, label, type]) => `<p><label>${label} <input name="${name}" type="${type}" required></label></p>`,
  );
  return `${said}<form method="post" action="${action}">${fields.join("")}<button>${button}</button></form>`;
}

const EMAIL = ["email", "E-mail", "email"];
const PASSWORD = ["password", "Password", "password"];

export function home(user) {
  const links = '<p><a href="/register">Register</a> or <a href="/login">log in</a></p>';
  return page("Example shop", user === undefined ? links : '<p><a href="/account">Your account</a></p>');
}

export function register(message) {
  return page("Register", form("/register", [EMAIL, PASSWORD, ["phone", "Phone", "tel"]], "Register", message));
}

export function login(message) {
  return page("Log in", form("/login", [EMAIL, PASSWORD], "Log in", message));
}

export function pin(method, message) {
  const whence = method === "sms" ? "We have sent you a PIN." : "Open your authenticator app.";
  return page("One more step", `<p>${whence}</p>${form("/pin", [["token", "PIN", "text"]], "Go on", message)}`);
}

export function account(email) {
  return page("Your account", `<p>Welcome, ${escaped(email)}!</p>${form("/logout", [], "Log out")}`);
}
