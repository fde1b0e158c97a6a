// The shop's routes. A visitor is nobody, then somebody who knows the password, then, by the PIN, logged in: what is in
// the session says which. It begins anew at each step, so that one that was known before is worth nothing.

import express from "express";
import session from "express-session";
import { NotFoundError, TooManyRequestsError, VerigatorError } from "libverigator";
import { account, home, login, pin, register } from "./pages.js";
import { Users } from "./users.js";

export function shop(client, serviceId, secret) {
  const users = new Users();
  const app = express();
  app.use(express.urlencoded({ extended: false }));
  // Behind a proxy that speaks https, set `secure` too.
  const cookie = { httpOnly: true, sameSite: "strict" };
  app.use(session({ secret, cookie, resave: false, saveUninitialized: false }));

  app.get("/", (request, response) => {
    response.send(home(request.session.loggedIn));
  });

  app.get("/register", (_request, response) => {
    response.send(register());
  });

  app.post("/register", async (request, response) => {
    const { email, password, phone } = request.body;
    if (users.has(email)) {
      response.status(409).send(register("You are registered already."));
      return;
    }
    const user = await client.createUser(serviceId, phone, email);
    await users.add(email, password, user.id);
    response.redirect("/login");
  });

  app.get("/login", (_request, response) => {
    response.send(login());
  });

  app.post("/login", async (request, response) => {
    const user = await users.withPassword(request.body.email, request.body.password);
    if (user === undefined) {
      response.status(401).send(login("That is not right."));
      return;
    }
    const challenge = await client.initiate(serviceId, user.id);
    await beginAnew(request, { user, challenge });
    response.redirect("/pin");
  });

  app.get("/pin", (request, response) => {
    const { challenge } = request.session;
    if (challenge === undefined) {
      response.redirect("/login");
      return;
    }
    response.send(pin(challenge.method));
  });

  app.post("/pin", async (request, response) => {
    const { user, challenge } = request.session;
    if (challenge === undefined) {
      response.redirect("/login");
      return;
    }
    const answer = await client.check(serviceId, user.id, request.body.token, challenge);
    // Only this is a yes.
    if (answer.verified) {
      await beginAnew(request, { loggedIn: user });
      response.redirect("/account");
      return;
    }
    response.status(401).send(pin(challenge.method, why(answer)));
  });

  app.get("/account", (request, response) => {
    const { loggedIn } = request.session;
    if (loggedIn === undefined) {
      response.redirect("/login");
      return;
    }
    response.send(account(loggedIn.email));
  });

  app.post("/logout", async (request, response) => {
    await beginAnew(request, {});
    response.redirect("/");
  });

  // A second factor that cannot be asked is a no.
  app.use((error, _request, response, next) => {
    if (!(error instanceof VerigatorError)) {
      next(error);
      return;
    }
    console.error(error.message);
    const [status, message] = explained(error);
    response.status(status).send(login(message));
  });
  return app;
}

/** A session without what was known before. */
async function beginAnew(request, contents) {
  await new Promise((resolve, reject) => {
    request.session.regenerate((error) => (error ? reject(error) : resolve()));
  });
  Object.assign(request.session, contents);
}

function why({ throttled, expired }) {
  if (throttled) {
    return "Too many attempts. Wait a while.";
  }
  return expired ? "That code is too old. Log in again for another." : "That is not right. Please correct it.";
}

/** What the visitor is told of a call that failed, and with which status. */
function explained(error) {
  if (error instanceof TooManyRequestsError) {
    return [429, "Too many attempts. Wait a while."];
  }
  if (error instanceof NotFoundError) {
    return [404, "Please log in again."];
  }
  // What the visitor typed, which the service or the library refuses.
  if (error.httpStatus === 422 || error.code === "INVALID_ARGUMENT") {
    return [422, "That is not right. Please correct it."];
  }
  return [503, "We cannot log you in now. Try again later."];
}
