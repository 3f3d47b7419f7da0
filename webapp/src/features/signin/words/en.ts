/** The words for signing in, in English. */
export const en = {
  title: "Sign in",
  name: "Name",
  password: "Password",
  action: "Sign in",
  ask: "Ask an administrator if you have no account.",
  at_provider: "You sign in with the account of your organisation.",
  off: "This engine has no accounts: everything is done by one person.",
  go_on: "Go on",
  already: "You are signed in as {{name}}.",
  wrong: "Name and password do not belong together.",
  too_many:
    "Too many wrong passwords were given. Wait a moment, then try again: the wait doubles each time.",
  used_up:
    "This address was used already, or is more than an hour old. Start the engine again: it prints another one while there is no administrator.",
  first: "First administrator",
  first_words:
    "You will be able to do everything here, and to make accounts for others.",
  first_action: "Make the account",
  not_whole:
    "The address is not complete. Open the whole line that the engine has printed, with what stands behind the #.",
  password_help: "{{least}} characters at least; several words are easy to remember.",
  over: "You are not signed in any more",
  over_words: "Sign in again to go on. Nothing of what you typed is lost.",
  over_provider:
    "Sign in again, in another window, and come back here. Nothing of what you typed is lost.",
};

export type Words = typeof en;
