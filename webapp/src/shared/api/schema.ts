// Made by “make webapp-types” from the engine's OpenAPI document. Do not edit.
import type { Json } from "./json";

export interface paths {
  "/about": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read About
     * @description Tell the version, the limits of requests, the retention and who is asking.
     */
    get: operations["read_about"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/account/password": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /**
     * Change Password
     * @description Change one's own password; all other sessions end, tokens stay.
     */
    put: operations["change_password"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/audit": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read Audit
     * @description Read the audit log, the oldest first; all of it as `application/x-ndjson`.
     */
    get: operations["read_audit"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/audit/newest": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Search Audit
     * @description Look through the audit log, the newest first, for entries that have these words.
     *
     *     A few thousand are looked at for one answer: `next` says where to look on.
     */
    get: operations["search_audit"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/audit/verified": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Verify Audit
     * @description Check that each entry follows the one before, and none was changed.
     *
     *     A few thousand are looked at for one answer: `next` says where to look on. The
     *     engine judges its own store: somebody who reaches that can write the whole log anew,
     *     so also compare it with an export that is kept elsewhere.
     */
    get: operations["verify_audit"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/caller": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Read Caller
     * @description Tell a service for whom it works, by the id of the attempt that it was given.
     */
    post: operations["read_caller"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/dead-letters": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List Dead Letters
     * @description List events that could not be processed, oldest first: errors in the engine.
     */
    get: operations["list_dead_letters"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/dead-letters/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /**
     * Delete Dead Letter
     * @description Delete an event for good.
     */
    delete: operations["delete_dead_letter"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/dead-letters/{id}/revive": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Revive Dead Letter
     * @description Process an event once more.
     */
    post: operations["revive_dead_letter"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/device-logins": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Begin Device Login
     * @description Let a terminal wait for a token, until a person has confirmed its code.
     */
    post: operations["begin_device_login"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/device-logins/decide": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Decide Device Login
     * @description Let the terminal with a code act for oneself, or refuse it.
     */
    post: operations["decide_device_login"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/device-logins/look": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Look At Device Login
     * @description See which terminal waits with a code, before it is confirmed.
     */
    post: operations["look_at_device_login"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/device-logins/redeem": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Redeem Device Login
     * @description Fetch the token of a terminal that waited; ask again until somebody decided.
     */
    post: operations["redeem_device_login"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/edits/rename": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Rename Node
     * @description Give a node another id, wherever the document names it; nothing is stored.
     *
     *     References, ways and code change, layout and comments of code stay. `changed` says
     *     where. If some code cannot be changed for certain, that is a fault, and nothing
     *     changes.
     */
    post: operations["rename_node"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/first-administrator": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Make First Administrator
     * @description Use the one-time address that the engine printed; the answer signs in.
     */
    post: operations["make_first_administrator"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/groups": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List Groups
     * @description List all groups, by id.
     */
    get: operations["list_groups"];
    put?: never;
    /**
     * Add Group
     * @description Make a group in which nobody is.
     *
     *     With `provider_group` the group of that name at the provider decides who is in it,
     *     whenever somebody signs in.
     */
    post: operations["add_group"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/groups/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /**
     * Delete Group
     * @description Delete a group: its people keep what they may do without it.
     */
    delete: operations["delete_group"];
    options?: never;
    head?: never;
    /**
     * Change Group
     * @description Change what a group is called, and which group of the provider it follows.
     */
    patch: operations["change_group"];
    trace?: never;
  };
  "/groups/{id}/people": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List Group People
     * @description List who is in a group, by name.
     */
    get: operations["list_group_people"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/groups/{id}/people/{person}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /**
     * Put Group Person
     * @description Let somebody be in a group.
     */
    put: operations["put_group_person"];
    post?: never;
    /**
     * Remove Group Person
     * @description Let somebody be in a group no more.
     */
    delete: operations["remove_group_person"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/healthz": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Check Health
     * @description Say that the process lives.
     */
    get: operations["check_health"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/metrics": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read Metrics
     * @description Give the figures that Prometheus collects.
     */
    get: operations["read_metrics"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/oidc/sign-out": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Sign Out
     * @description Sign out here; a browser then goes to `address`, to sign out at the provider.
     */
    post: operations["sign_out"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/people": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List People
     * @description List people who have an account, by name.
     */
    get: operations["list_people"];
    put?: never;
    /**
     * Add Person
     * @description Make an account, with a role in the space `main` if one is given.
     */
    post: operations["add_person"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/people/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read Person
     * @description Read what is known of somebody who has an account, by id or by name.
     */
    get: operations["read_person"];
    put?: never;
    post?: never;
    /**
     * Erase Person
     * @description Erase somebody: tasks with their files, documents, schedules, tokens, sessions.
     *
     *     They are locked out at once, the rest follows. In the audit log a pseudonym takes
     *     their place. What they published belongs to its space, and stays.
     */
    delete: operations["erase_person"];
    options?: never;
    head?: never;
    /**
     * Change Person
     * @description Change whether somebody is active or an administrator, or set a new password.
     *
     *     Who is not active any more is signed out, and their tokens do nothing.
     */
    patch: operations["change_person"];
    trace?: never;
  };
  "/people/{id}/erasure": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read Erasure
     * @description Tell how far the erasing of somebody is; forgotten an hour after its end.
     */
    get: operations["read_erasure"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/people/{id}/export": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Export Person
     * @description Download all that is known of somebody as a ZIP file: of oneself, too.
     *
     *     It is made while it is sent. A download that broke off goes on with `Range` and
     *     `If-Range`, as clients do by themselves, also at another replica.
     */
    get: operations["export_person"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/readyz": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Check Readiness
     * @description Say whether every store can be reached.
     */
    get: operations["check_readiness"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/schedules": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List Schedules
     * @description List all schedules of a space, the oldest first.
     */
    get: operations["list_schedules"];
    put?: never;
    /**
     * Add Schedule
     * @description Start tasks of a route at the times that a cron expression names.
     */
    post: operations["add_schedule"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/schedules/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read Schedule
     * @description Read a schedule: its next time, and what became of the last one.
     */
    get: operations["read_schedule"];
    /**
     * Change Schedule
     * @description Replace what a schedule says; it keeps its id and what was noted of it.
     *
     *     From now on its tasks are those of who changed it.
     */
    put: operations["change_schedule"];
    post?: never;
    /**
     * Delete Schedule
     * @description Delete a schedule; tasks that it has started stay.
     */
    delete: operations["delete_schedule"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/secrets": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List Secrets
     * @description List all secrets of a space: their names, and when each was stored.
     */
    get: operations["list_secrets"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/secrets/{name}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /**
     * Put Secret
     * @description Store a secret, or replace it; only requests of http nodes use its value.
     */
    put: operations["put_secret"];
    post?: never;
    /**
     * Delete Secret
     * @description Delete a secret; requests that need it fail from now on.
     */
    delete: operations["delete_secret"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/services": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List Routes
     * @description List every route; if there are more, `Link` has the address of the next page.
     */
    get: operations["list_routes"];
    put?: never;
    /**
     * Publish
     * @description Create or replace a pipeline, or announce an operation of a service.
     *
     *     A pipeline replaces only the version that `If-Match` names, if it is sent; with
     *     `If-None-Match: *` it must be a new route.
     */
    post: operations["publish"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/services/{route}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read Route
     * @description Read a pipeline, where its route is offered, and whether one may change it.
     *
     *     With whom it is shared only to be run gets neither document nor addresses.
     */
    get: operations["read_route"];
    put?: never;
    /**
     * Start Task
     * @description Start a task. What to send, the operation of the route says.
     */
    post: operations["start_task"];
    /**
     * Remove Route
     * @description Remove a route; its running tasks go on.
     */
    delete: operations["remove_route"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/services/{route}/saved": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List Saved
     * @description List the documents that were saved for a route, the last saved first.
     */
    get: operations["list_saved"];
    put?: never;
    /**
     * Save Document
     * @description Save a document without publishing it. It may have faults; no task can run it.
     */
    post: operations["save_document"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/services/{route}/saved/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read Saved
     * @description Read a document as it was saved.
     */
    get: operations["read_saved"];
    put?: never;
    post?: never;
    /**
     * Remove Saved
     * @description Erase a document that was saved.
     */
    delete: operations["remove_saved"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/services/{route}/sharing": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read Sharing
     * @description Read to which space a route belongs, and with which it is shared.
     */
    get: operations["read_sharing"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/services/{route}/sharing/{space}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /**
     * Share Route
     * @description Share a route with another space, in which one has a role too.
     *
     *     `run`: its members may see and run it. `read`: they may read its document too. It
     *     uses the secrets of its own space.
     */
    put: operations["share_route"];
    post?: never;
    /**
     * Unshare Route
     * @description Share a route with a space no more; its tasks there stay.
     */
    delete: operations["unshare_route"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/services/{route}/versions": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List Versions
     * @description List the versions of a route that were published, the last published first.
     */
    get: operations["list_versions"];
    put?: never;
    /**
     * Keep Version
     * @description Store a version that can be run, and does not become the current one.
     */
    post: operations["keep_version"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/services/{route}/versions/{version}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read Version
     * @description Read the document of a version. To restore it, publish it again.
     */
    get: operations["read_version"];
    put?: never;
    post?: never;
    /**
     * Remove Version
     * @description Erase a version that is not current, and of which there are no tasks.
     */
    delete: operations["remove_version"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/services/validate": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Validate Pipeline
     * @description Check a pipeline without storing it; an empty list: it can be stored.
     */
    post: operations["validate_pipeline"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/sessions": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List Sessions
     * @description List one's own sessions, the oldest first.
     */
    get: operations["list_sessions"];
    put?: never;
    /**
     * Sign In
     * @description Sign in with a name and a password; the answer sets the cookie of a session.
     */
    post: operations["sign_in"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/sessions/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /**
     * End Session
     * @description End one of one's own sessions; `current` is the one that asks: sign out.
     */
    delete: operations["end_session"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/spaces": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List Spaces
     * @description List the spaces in which one has a role; administrators see all.
     */
    get: operations["list_spaces"];
    put?: never;
    /**
     * Add Space
     * @description Make a space without members. Its id never changes, its name may.
     */
    post: operations["add_space"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/spaces/{space}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read Space
     * @description Read what a space is called, and what one is in it.
     */
    get: operations["read_space"];
    put?: never;
    post?: never;
    /**
     * Delete Space
     * @description Delete a space to which nothing belongs; its id stays taken.
     */
    delete: operations["delete_space"];
    options?: never;
    head?: never;
    /**
     * Rename Space
     * @description Give a space another name.
     */
    patch: operations["rename_space"];
    trace?: never;
  };
  "/spaces/{space}/members": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List Members
     * @description List who has which role in a space: people by name, then groups by id.
     */
    get: operations["list_members"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/spaces/{space}/members/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /**
     * Put Member
     * @description Give a person or a group a role in a space, by id or by name.
     */
    put: operations["put_member"];
    post?: never;
    /**
     * Remove Member
     * @description Let a person or a group have no role in a space any more.
     */
    delete: operations["remove_member"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/stats": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read Stats
     * @description Count tasks by status and route; tell how routes and services did of late.
     *
     *     Of routes that one sees.
     */
    get: operations["read_stats"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/steps": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Find Steps
     * @description Find the pipelines that call a route by name, or with words in their steps.
     *
     *     `calls` is a route; else all words of `text` are looked for in the id, the kind, the
     *     service and the address of each step. Only pipelines whose documents may be read are
     *     told; of others that call it who may change the route learns the number. So it is
     *     with the schedules that start it.
     */
    get: operations["find_steps"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/tasks": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List Tasks
     * @description List tasks, newest first; of several statuses those that have one of them.
     */
    get: operations["list_tasks"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/tasks/{task}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read Outputs
     * @description Give the outputs of a finished task; a file appears as its address.
     */
    get: operations["read_outputs"];
    put?: never;
    post?: never;
    /**
     * Erase Task
     * @description Stop a task and erase every trace of it, files included.
     */
    delete: operations["erase_task"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/tasks/{task}/blobs/{name}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Download Blob
     * @description Download a file that a run refers to; `node` and `path` say where to look.
     */
    get: operations["download_blob"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/tasks/{task}/cancel": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Cancel Task
     * @description Stop a task; one that has ended stays as it is.
     */
    post: operations["cancel_task"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/tasks/{task}/evaluate": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Evaluate Code
     * @description Try code with the values that a task has now; nothing of it changes.
     *
     *     The answer has a `value` (of more than 64 KB only the size), or a `fault`.
     */
    post: operations["evaluate_code"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/tasks/{task}/events": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Follow Task
     * @description Follow a task: every change of a run or of the task, until it has ended.
     */
    get: operations["follow_task"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/tasks/{task}/files/{name}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Download File
     * @description Download one file among the outputs; a single range can be asked for.
     */
    get: operations["download_file"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/tasks/{task}/items": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List Items
     * @description List the items of a loop, from one index on; `next` is that of the next page.
     */
    get: operations["list_items"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/tasks/{task}/raw": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read Raw
     * @description Show everything known of a task, for debugging.
     */
    get: operations["read_raw"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/tasks/{task}/runs": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List Runs
     * @description Show how the runs of a task, or of one item of a loop, went: without values.
     */
    get: operations["list_runs"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/tasks/{task}/runs/{node}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read Run
     * @description Show a run with its values; one of more than 64 KB only if it is asked for.
     */
    get: operations["read_run"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/tasks/{task}/status": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read Status
     * @description Tell the status of a task.
     */
    get: operations["read_status"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/tokens": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List Tokens
     * @description List one's own tokens, the oldest first; no answer has their secrets.
     */
    get: operations["list_tokens"];
    put?: never;
    /**
     * Add Token
     * @description Make a token; its secret is in this answer, and never shown again.
     */
    post: operations["add_token"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/tokens/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /**
     * Revoke Token
     * @description Revoke one of one's own tokens; every replica refuses it within seconds.
     */
    delete: operations["revoke_token"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    /** @description What an engine is. */
    About: {
      /**
       * @description Whether people sign in
       * @enum {string}
       */
      auth: "off" | "accounts" | "oidc";
      limits: components["schemas"]["Limits"];
      person: components["schemas"]["Asker"] | null;
      /** @description How long ended tasks are kept */
      retention_seconds: number;
      /** @description Who is asking; null: nobody is signed in */
      user: string | null;
      version: string;
    };
    /** @description What callers are told of a route: its name, what it takes, what it does. */
    Api: {
      /** @default {} */
      body?:
        | {
            [key: string]: Json;
          }
        | string
        | string[];
      /** @default [] */
      bodyType?: string[][];
      /** @default  */
      description?: string;
      inputSchema?: {
        [key: string]: Json;
      } | null;
      output?: Json;
      outputSchema?: {
        [key: string]: Json;
      } | null;
      resultType?: Json;
      route: string;
      /** @default  */
      summary?: string;
      /** @default [] */
      tags?: string[];
    };
    /** @description Who is asking, and what they may do. */
    Asker: {
      administrator: boolean;
      id: string;
      name: string;
      /** @description By space */
      roles: {
        [key: string]: string;
      };
      /** @description What the token may be used for */
      scopes: string[];
      /** @description The id of the token or session that is shown */
      token: string;
    };
    /** @description One call of a run. */
    Attempt: {
      /** Format: date-time */
      at: string;
      ended_at: string | null;
      error: string | null;
      /** @description The address of the service that had it; null: not known */
      instance: string | null;
      number: number;
    };
    /** @description What somebody did. */
    AuditEntry: {
      /** @description The call */
      action: string;
      address: string;
      /** Format: date-time */
      at: string;
      /** @description The hash of the entry before */
      before: string;
      hash: string;
      name: string;
      number: number;
      /** @description What it concerned */
      object: string;
      /** @enum {string} */
      outcome: "done" | "refused" | "failed";
      /** @description By part: the hash is made with them */
      salts: {
        [key: string]: string;
      };
      /** @description Of parts that were erased with a person: what stands in the hash */
      seals: {
        [key: string]: string;
      };
      /** @description The id of the person; empty: nobody who is known */
      who: string;
    };
    /** @description A page of the audit log, the oldest entry first. */
    AuditPage: {
      items: components["schemas"]["AuditEntry"][];
      /** @description As `after` of the next page */
      next: number | null;
    };
    /** @description Chooses a side. */
    BranchNode: {
      after?: string | null;
      before?: string | null;
      /** @default [] */
      catch?: string[];
      delay?: string | null;
      /** @default  */
      description?: string;
      /** @default {} */
      else?: components["schemas"]["Side"];
      id: string;
      if: string;
      input?: {
        [key: string]: Json;
      } | null;
      /** @default [] */
      next?: string[];
      /** @default {} */
      params?: {
        [key: string]: Json;
      };
      position?: {
        [key: string]: number;
      } | null;
      ready?: string | null;
      /** @default {} */
      then?: components["schemas"]["Side"];
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: "branch";
    };
    /** @description A task of this engine that a run has called and waits for. */
    CalledTask: {
      message: string | null;
      progress: components["schemas"]["Progress"];
      route: string;
      /** @enum {string} */
      status: "running" | "finished" | "error";
      task: string;
    };
    /** @description The run that has called a task. */
    Caller: {
      node: string;
      path: string;
      task: string;
    };
    /** @description For whom a service works. */
    CallerToken: {
      /** @description A JWT, signed with a key of /.well-known/jwks.json */
      token: string;
    };
    /** @description A change of a run, or of the task. */
    Change: {
      /** Format: date-time */
      at: string;
      attempt?: number | null;
      error?: string | null;
      /** @enum {string} */
      event: "run" | "task";
      /** @description To go on after it: `after`, or `Last-Event-ID` */
      id: string;
      items?: components["schemas"]["ItemsDone"] | null;
      message?: string | null;
      node?: string | null;
      note?: string | null;
      path: string;
      status: string;
    };
    /** @description A field that an edit has changed. */
    ChangedField: {
      field: string;
      node: string;
    };
    /** @description Why code failed. */
    CodeFault: {
      line: number | null;
      message: string;
    };
    /** @description Stands for a value that is large. */
    Cut: {
      bytes: number;
      /** @constant */
      cut: true;
    };
    /** @description An event that could not be processed. */
    DeadLetter: {
      /** Format: date-time */
      died_at: string;
      event: string;
      id: string;
      path: string;
      reason: string;
    };
    /** @description A terminal waits until a person has confirmed its code. */
    DeviceLogin: {
      /** @description Its secret: for `redeem`, shown to nobody */
      device_code: string;
      /** @description In seconds */
      expires_in: number;
      /** @description How often it may ask, in seconds */
      interval: number;
      /** @description Typed by the person at `/device` */
      user_code: string;
    };
    /** @description Where a task ends: its input is the result. */
    EndNode: {
      after?: string | null;
      before?: string | null;
      /** @default [] */
      catch?: string[];
      delay?: string | null;
      /** @default  */
      description?: string;
      id: string;
      input?: {
        [key: string]: Json;
      } | null;
      /** @default [] */
      next?: string[];
      /** @default {} */
      params?: {
        [key: string]: Json;
      };
      position?: {
        [key: string]: number;
      } | null;
      ready?: string | null;
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: "end";
    };
    /** @description Where a task begins: its output is the data of the request. */
    EntryNode: {
      after?: string | null;
      api: components["schemas"]["Api"];
      before?: string | null;
      /** @default [] */
      catch?: string[];
      delay?: string | null;
      /** @default  */
      description?: string;
      id: string;
      input?: {
        [key: string]: Json;
      } | null;
      /** @default [] */
      next?: string[];
      /** @default {} */
      params?: {
        [key: string]: Json;
      };
      position?: {
        [key: string]: number;
      } | null;
      ready?: string | null;
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: "entry";
    };
    /** @description How far the erasing of a person is. */
    Erasure: {
      /** Format: date-time */
      began_at: string;
      ended_at: string | null;
      /** @description How much of what, so far */
      erased: {
        [key: string]: number;
      };
      id: string;
      /** @description Stands for them in the audit log */
      pseudonym: string;
      /** @enum {string} */
      state: "erasing" | "done";
    };
    /** @description What is tried, and in the place of which node. */
    Evaluate: {
      code: string;
      /** @default expression */
      kind?: components["schemas"]["Trial"];
      node: string;
      /**
       * @description Of a frame, such as `faces[2]`; empty: the task
       * @default
       */
      path?: string;
    };
    /** @description The value of code, or its fault. */
    Evaluated: {
      fault?: components["schemas"]["CodeFault"] | null;
      /** @default  */
      printed?: string;
      value?: Json | components["schemas"]["Cut"];
    };
    /** @description The run that failed. */
    FailedRun: {
      attempt: number;
      fault: components["schemas"]["RunFault"] | null;
      message: string | null;
      node: string;
    };
    /** @description How often a node of a route failed in one way. */
    Failure: {
      code: string;
      count: number;
      node: string;
      route: string;
    };
    /** @description One thing that is wrong, and what to do about it. */
    Fault: {
      code: string;
      field: string | null;
      hint: string;
      /**
       * @default error
       * @enum {string}
       */
      level?: "error" | "warning";
      message: string;
      node: string | null;
    };
    /** @description How the tasks of a route, or the calls of a service, did of late. */
    Figures: {
      calls: number;
      cancelled: number;
      failed: number;
      /** @description Seconds that half of the good ones took */
      p50: number | null;
      p95: number | null;
    };
    /** @description Entries of the audit log that were looked for, the newest first. */
    FoundAudit: {
      items: components["schemas"]["AuditEntry"][];
      /** @description As `before`, to look on */
      next: number | null;
    };
    /** @description A step that was looked for. */
    FoundStep: {
      node: string;
      /** @description The route that it calls by name; empty: none */
      service: string;
      type: string;
      url: string;
    };
    /** @description The pipelines with steps that were looked for, by route. */
    FoundSteps: {
      /** @description Pipelines of other spaces that call the route, and that who asks may not read: told to those who may change the route */
      hidden: number;
      /** @description Schedules that start the route, and that who asks may not see: told to those who may change the route */
      hidden_schedules: number;
      /** @description The first 200 */
      pipelines: components["schemas"]["StepsOfPipeline"][];
      /** @description Those that start the route and that who asks may change */
      schedules: components["schemas"]["StartingSchedule"][];
      total: number;
    };
    /**
     * @description Where a frame is; a task is where its root frame is.
     * @enum {string}
     */
    FrameStatus: "running" | "finished" | "error" | "cancelled";
    /** @description A named list of people. */
    Group: {
      /** Format: date-time */
      created_at: string;
      id: string;
      name: string;
      /** @description The group of the provider that it follows, or empty */
      provider_group: string;
      /** @description By space */
      roles: {
        [key: string]: string;
      };
    };
    /** @description A page of those who are in a group, by name. */
    GroupPeoplePage: {
      items: components["schemas"]["GroupPerson"][];
      /** @description As `cursor` of the next page */
      next: string | null;
    };
    /** @description Somebody who is in a group. */
    GroupPerson: {
      active: boolean;
      id: string;
      name: string;
    };
    /** @description Whether the engine can work; `missing` says what it lacks, by store. */
    Health: {
      /** @default {} */
      missing?: {
        [key: string]: string;
      };
      status: string;
    };
    /** @description A request to any HTTP interface; the answer is the output. */
    HttpNode: {
      after?: string | null;
      /**
       * @default body
       * @enum {string}
       */
      answer?: "body" | "full";
      before?: string | null;
      /** @default [] */
      catch?: string[];
      delay?: string | null;
      /** @default  */
      description?: string;
      /** @default {} */
      headers?: {
        [key: string]: Json;
      };
      id: string;
      input?: {
        [key: string]: Json;
      } | null;
      /** @default [] */
      next?: string[];
      /** @default {} */
      params?: {
        [key: string]: Json;
      };
      position?: {
        [key: string]: number;
      } | null;
      /** @default {} */
      query?: {
        [key: string]: Json;
      };
      ready?: string | null;
      retry?: number | null;
      send?: ("json" | "form" | "multipart") | null;
      timeout?: number | null;
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: "http";
      url: string;
      /**
       * @default GET
       * @enum {string}
       */
      verb?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
    };
    /**
     * @description Whether changes in the items of loops are told.
     * @enum {string}
     */
    Inside: "all" | "none";
    /** @description One address at which an operation is offered. */
    Instance: {
      alive: boolean;
      /** Format: date-time */
      heard_at: string;
      /** @description It finishes what it has, and takes no more */
      leaves: boolean;
      restarted_at: string | null;
      url: string;
    };
    /** @description An item of a loop. */
    Item: {
      ended_at: string | null;
      failed_node: string | null;
      index: number;
      item: Json | components["schemas"]["Cut"];
      message: string | null;
      path: string;
      started_at: string | null;
      /** @enum {string} */
      status: "pending" | "running" | "finished" | "error";
    };
    /** @description Items of a loop; `next` is the index from which the following page goes on. */
    ItemPage: {
      items: components["schemas"]["Item"][];
      next: number | null;
      total: number;
    };
    /** @description How far a loop is. */
    ItemsDone: {
      done: number;
      total: number;
    };
    /** @description The id of the task that was started. */
    Job: {
      /** Format: uuid */
      jobId: string;
    };
    /** @description How many tasks there are. */
    Jobs: {
      cancelled: number;
      /** @description Those that were cancelled too */
      failed: number;
      finished: number;
      running: number;
      total: number;
    };
    /** @description A document that was saved and not published. */
    JustSaved: {
      faults: components["schemas"]["Fault"][];
      id: string;
    };
    /** @description A version that was stored and is not current. */
    KeptVersion: {
      route: string;
      version: string;
      warnings: components["schemas"]["Fault"][];
    };
    /** @description What a request may have at most; the names are those of the settings. */
    Limits: {
      /** @description Bytes of a multipart body */
      max_body: number;
      /** @description Pipelines that call each other */
      max_call_depth: number;
      /** @description Levels of lists and objects */
      max_depth: number;
      /** @description Bytes of the JSON of a request */
      max_json: number;
      /** @description Parts of a multipart body */
      max_parts: number;
      /** @description Bytes of the document of a pipeline */
      max_pipeline: number;
      /** @description Items of all lists and objects */
      max_values: number;
    };
    /** @description Runs its body once for every item. */
    LoopNode: {
      after?: string | null;
      before?: string | null;
      /** @default [] */
      catch?: string[];
      /** @default {} */
      collect?: {
        [key: string]: Json;
      };
      concurrency?: number | null;
      delay?: string | null;
      /** @default  */
      description?: string;
      id: string;
      input?: {
        [key: string]: Json;
      } | null;
      items: string;
      /** @default [] */
      next?: string[];
      nodes: (
        | components["schemas"]["PlainNode"]
        | components["schemas"]["EntryNode"]
        | components["schemas"]["EndNode"]
        | components["schemas"]["ServiceNode"]
        | components["schemas"]["HttpNode"]
        | components["schemas"]["BranchNode"]
        | components["schemas"]["LoopNode"]
      )[];
      /** @default {} */
      params?: {
        [key: string]: Json;
      };
      position?: {
        [key: string]: number;
      } | null;
      ready?: string | null;
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: "loop";
    };
    /** @description The role of a person or a group in a space. */
    Member: {
      active: boolean;
      id: string;
      /** @enum {string} */
      kind: "person" | "group";
      name: string;
      role: string;
    };
    /** @description A page of those who have a role in a space: people, then groups. */
    MemberPage: {
      items: components["schemas"]["Member"][];
      /** @description As `cursor` of the next page */
      next: string | null;
    };
    /** @description A token that was just made. */
    NewToken: {
      /** @description Routes of services, * is any text */
      announces: string[];
      /** Format: date-time */
      created_at: string;
      /** Format: date-time */
      expires_at: string;
      id: string;
      label: string;
      scopes: string[];
      /** @description The secret, which is shown once */
      token: string;
      /**
       * Format: date-time
       * @description To a minute
       */
      used_at: string;
      /** @description The address */
      used_from: string;
    };
    /** @description The outputs of a task; a file appears as its address. */
    Outputs: {
      [key: string]: Json;
    };
    /** @description A person with an account. */
    Person: {
      active: boolean;
      administrator: boolean;
      /** Format: date-time */
      created_at: string;
      /** @description Their ids */
      groups: string[];
      id: string;
      /** @description The provider at which they sign in, or empty */
      issuer: string;
      name: string;
      /** @description By space, without those of groups here */
      roles: {
        [key: string]: string;
      };
    };
    /** @description A person in a list. */
    PersonLine: {
      active: boolean;
      administrator: boolean;
      /** Format: date-time */
      created_at: string;
      /** @description Their ids */
      groups: string[];
      id: string;
      /** @description The provider at which they sign in, or empty */
      issuer: string;
      /** @description Whether they are being erased */
      leaving: boolean;
      name: string;
      /** @description By space, without those of groups here */
      roles: {
        [key: string]: string;
      };
    };
    /** @description A page of people, by name. */
    PersonPage: {
      items: components["schemas"]["PersonLine"][];
      /** @description As `cursor` of the next page */
      next: string | null;
    };
    /** @description A picture in an output, by its address. */
    Picture: {
      size: number;
      type: string;
      url: string;
    };
    /** @description A directed graph of nodes, called by the route of its entry. */
    Pipeline: {
      nodes: (
        | components["schemas"]["PlainNode"]
        | components["schemas"]["EntryNode"]
        | components["schemas"]["EndNode"]
        | components["schemas"]["ServiceNode"]
        | components["schemas"]["HttpNode"]
        | components["schemas"]["BranchNode"]
        | components["schemas"]["LoopNode"]
      )[];
      /** @default {} */
      params?: {
        [key: string]: Json;
      };
      /**
       * @default pipeline
       * @constant
       */
      type?: "pipeline";
    };
    /** @description Copies its input; its code can add to it. */
    PlainNode: {
      after?: string | null;
      before?: string | null;
      /** @default [] */
      catch?: string[];
      delay?: string | null;
      /** @default  */
      description?: string;
      id: string;
      input?: {
        [key: string]: Json;
      } | null;
      /** @default [] */
      next?: string[];
      /** @default {} */
      params?: {
        [key: string]: Json;
      };
      position?: {
        [key: string]: number;
      } | null;
      ready?: string | null;
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: "node";
    };
    /** @description Why a request was refused (RFC 9457). */
    Problem: {
      detail: string;
      errors: components["schemas"]["Fault"][];
      status: number;
      title: string;
      type: string;
    };
    /** @description How many nodes are done, and of each loop how many items. */
    Progress: {
      done: number;
      loops: {
        [key: string]: components["schemas"]["ItemsDone"];
      };
      /** @description Of those that are done: kept from another task */
      reused: number;
      total: number;
    };
    /** @description Everything known of the frame of an item of a loop. */
    RawFrame: {
      fault: components["schemas"]["RunFault"] | null;
      item: Json;
      message: string | null;
      path: string;
      revision: number;
      runs: {
        [key: string]: components["schemas"]["RawRun"];
      };
      saved_at: string | null;
      /** @enum {string} */
      status: "running" | "finished" | "error";
      wakes_at: string | null;
    };
    /** @description Everything known of a run. */
    RawRun: {
      attempts: number;
      /** @description The task that it called */
      called_task: string | null;
      calls: number;
      /** @description The pipeline handles its failure */
      caught: boolean;
      deadline: string | null;
      ended_at: string | null;
      error: string | null;
      fault: components["schemas"]["RunFault"] | null;
      history: components["schemas"]["StatusChange"][];
      input: Json;
      instance: string | null;
      items: components["schemas"]["ItemsDone"] | null;
      output: Json;
      params: Json;
      printed: string;
      refused: string | null;
      /** @description It was kept from another task */
      reused: boolean;
      round: number;
      started_at: string | null;
      /** @enum {string} */
      status:
        | "pending"
        | "waiting"
        | "calling"
        | "working"
        | "retrying"
        | "looping"
        | "succeeded"
        | "skipped"
        | "failed"
        | "cancelled";
      waits_for: string | null;
    };
    /** @description Which node of which document gets which id. */
    Rename: {
      from: string;
      pipeline: {
        [key: string]: Json;
      };
      to: string;
    };
    /** @description A pipeline with another id for one of its nodes, and where that changed it. */
    Renamed: {
      changed: components["schemas"]["ChangedField"][];
      /** @description As it was sent, but for the id */
      pipeline: Json;
    };
    /** @description What can be called under a route. */
    Route: {
      alive: boolean;
      /** @description What it takes, in the old way: see `inputSchema` */
      body: Json;
      /** @description Media types, by field of `body` */
      bodyType: string[][] | null;
      description: string;
      /** @description The same: when one of them was last heard */
      heard_at?: string | null;
      /** @description What it takes, as JSON Schema */
      inputSchema: {
        [key: string]: Json;
      } | null;
      /** @description Services it needs that nobody announces */
      missing: string[];
      /** @description Of a service in a list: how many take its work */
      offered_by?: number | null;
      /** @description What its results look like, as its author says */
      output: Json;
      /** @description What it gives; null: nothing is known of it */
      outputSchema: {
        [key: string]: Json;
      } | null;
      /** Format: date-time */
      published_at: string;
      resultType: Json;
      route: string;
      /**
       * @description In a list: schemas and examples were left out, it is long
       * @default false
       */
      shortened?: boolean;
      /** @description The one it belongs to; null: it serves all, is shared by another, or there are no accounts */
      space: string | null;
      summary: string;
      tags: string[];
      /** @enum {string} */
      type: "pipeline" | "service";
      /** @description The median of its tasks of the last days; null: there are none */
      usual_seconds: number | null;
      version: string;
    };
    /** @description A route with its pipeline and, of a service, its instances. */
    RouteDetails: {
      alive: boolean;
      /** @description What it takes, in the old way: see `inputSchema` */
      body: Json;
      /** @description Media types, by field of `body` */
      bodyType: string[][] | null;
      description: string;
      /** @description The same: when one of them was last heard */
      heard_at?: string | null;
      /** @description What it takes, as JSON Schema */
      inputSchema: {
        [key: string]: Json;
      } | null;
      instances: components["schemas"]["Instance"][];
      /** @description Whether who asks may publish it anew */
      may_edit: boolean;
      /** @description Services it needs that nobody announces */
      missing: string[];
      /** @description Of a service in a list: how many take its work */
      offered_by?: number | null;
      /** @description What its results look like, as its author says */
      output: Json;
      /** @description What it gives; null: nothing is known of it */
      outputSchema: {
        [key: string]: Json;
      } | null;
      /** @description None: the route is shared only to be run */
      pipeline: components["schemas"]["Pipeline"] | null;
      /** Format: date-time */
      published_at: string;
      resultType: Json;
      route: string;
      /**
       * @description In a list: schemas and examples were left out, it is long
       * @default false
       */
      shortened?: boolean;
      /** @description The one it belongs to; null: it serves all, is shared by another, or there are no accounts */
      space: string | null;
      summary: string;
      tags: string[];
      /** @enum {string} */
      type: "pipeline" | "service";
      /** @description By node, how many seconds it usually takes */
      usual: {
        [key: string]: number;
      };
      /** @description The median of its tasks of the last days; null: there are none */
      usual_seconds: number | null;
      version: string;
    };
    /** @description How a run went, without its values. */
    Run: {
      /** @description Of a run that waits: when it is called again, or begins */
      again_at: string | null;
      /** @description The last 20, oldest first */
      attempts: components["schemas"]["Attempt"][];
      /** @description The task of this engine that its current attempt has started */
      called_task: string | null;
      /** @description When it gives up */
      deadline: string | null;
      ended_at: string | null;
      fault: components["schemas"]["RunFault"] | null;
      items: components["schemas"]["ItemsDone"] | null;
      /** @description The first one in its output */
      picture: components["schemas"]["Picture"] | null;
      /** @description By its code, in this round */
      printed: string;
      refused: string | null;
      /** @description Kept from the task that this one continues */
      reused: boolean;
      round: number;
      sizes: components["schemas"]["Sizes"];
      started_at: string | null;
      /** @enum {string} */
      status:
        | "pending"
        | "waiting"
        | "calling"
        | "working"
        | "retrying"
        | "looping"
        | "succeeded"
        | "skipped"
        | "failed"
        | "cancelled";
      waits_for: string | null;
    };
    /** @description Why a run has failed, and what to do about it. */
    RunFault: {
      code: string;
      /** @description Of the node, such as `after` */
      field: string | null;
      hint: string;
      line: number | null;
      message: string;
    };
    /** @description The runs of a task, or of an item of a loop, by their nodes. */
    Runs: {
      /** Format: date-time */
      created_at: string;
      ended_at: string | null;
      failed_node: string | null;
      message: string | null;
      path: string;
      runs: {
        [key: string]: components["schemas"]["Run"];
      };
      /** @enum {string} */
      status: "running" | "finished" | "error";
    };
    /** @description A run with its values: any JSON, or how large it is. */
    RunWithValues: {
      /** @description Of a run that waits: when it is called again, or begins */
      again_at: string | null;
      /** @description The last 20, oldest first */
      attempts: components["schemas"]["Attempt"][];
      /** @description The task of this engine that its current attempt has started */
      called_task: string | null;
      /** @description When it gives up */
      deadline: string | null;
      ended_at: string | null;
      fault: components["schemas"]["RunFault"] | null;
      input: Json | components["schemas"]["Cut"];
      item: Json | components["schemas"]["Cut"];
      items: components["schemas"]["ItemsDone"] | null;
      node: string;
      out: Json | components["schemas"]["Cut"];
      params: Json | components["schemas"]["Cut"];
      path: string;
      /** @description The first one in its output */
      picture: components["schemas"]["Picture"] | null;
      /** @description By its code, in this round */
      printed: string;
      refused: string | null;
      /** @description Kept from the task that this one continues */
      reused: boolean;
      round: number;
      sizes: components["schemas"]["Sizes"];
      started_at: string | null;
      /** @enum {string} */
      status:
        | "pending"
        | "waiting"
        | "calling"
        | "working"
        | "retrying"
        | "looping"
        | "succeeded"
        | "skipped"
        | "failed"
        | "cancelled";
      waits_for: string | null;
    };
    /** @description A document in the list of those that were saved for a route. */
    SavedLine: {
      /** @description how many errors it had when it was saved */
      faults: number;
      id: string;
      /** Format: date-time */
      saved_at: string;
    };
    /** @description When tasks of a route are started, and what became of the last time. */
    Schedule: {
      /** Format: date-time */
      created_at: string;
      cron: string;
      id: string;
      input: {
        [key: string]: Json;
      };
      last_at: string | null;
      last_error: string | null;
      last_task: string | null;
      /** @enum {string} */
      missed: "once" | "skip";
      next_at: string | null;
      /**
       * @description Whose tasks they are; absent without accounts
       * @default
       */
      owner?: string;
      paused: boolean;
      route: string;
      /**
       * @description Whose it is; absent without accounts
       * @default
       */
      space?: string;
      timezone: string;
    };
    /** @description That there is a secret; its value is never shown. */
    Secret: {
      name: string;
      /** Format: date-time */
      stored_at: string;
    };
    /** @description Work done elsewhere; the result comes by callback. */
    ServiceNode: {
      after?: string | null;
      before?: string | null;
      /** @default [] */
      catch?: string[];
      delay?: string | null;
      /** @default  */
      description?: string;
      id: string;
      input?: {
        [key: string]: Json;
      } | null;
      /** @default [] */
      next?: string[];
      /** @default {} */
      params?: {
        [key: string]: Json;
      };
      position?: {
        [key: string]: number;
      } | null;
      ready?: string | null;
      retry?: number | null;
      service?: string | null;
      timeout?: number | null;
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: "service";
      url?: string | null;
    };
    /** @description Where somebody is signed in. */
    Session: {
      /** Format: date-time */
      created_at: string;
      /** @default false */
      current?: boolean;
      /** Format: date-time */
      expires_at: string;
      id: string;
      /** @description What the browser calls itself */
      label: string;
      /**
       * Format: date-time
       * @description To a minute
       */
      used_at: string;
      /** @description The address */
      used_from: string;
    };
    /** @description To which space a route belongs, and with which it is shared. */
    Sharing: {
      route: string;
      /** @description By space */
      shared: {
        [key: string]: "run" | "read";
      };
      /** @description `*`: a service, which serves all spaces */
      space: string;
    };
    /** @description One outcome of a branch. */
    Side: {
      exec?: string | null;
      next?: string[] | null;
      out?: {
        [key: string]: Json;
      } | null;
    };
    /** @description Who has signed in. */
    SignedIn: {
      person: components["schemas"]["Person"];
      session: components["schemas"]["Session"];
    };
    /** @description Somebody has signed out here. */
    SignedOut: {
      /** @description Where they sign out at the provider; null: nowhere */
      address: string | null;
    };
    /** @description How many bytes the values of a run have as JSON; null: there is none. */
    Sizes: {
      input: number | null;
      out: number | null;
      params: number | null;
    };
    /** @description A space, and what somebody is in it. */
    Space: {
      /** Format: date-time */
      created_at: string;
      id: string;
      name: string;
      /** @description None: an administrator who is no member */
      role: string | null;
    };
    /** @description A schedule that starts tasks of a route. */
    StartingSchedule: {
      cron: string;
      id: string;
      paused: boolean;
      timezone: string;
    };
    /** @description Numbers of tasks that are kept, and how the last days were. */
    Stats: {
      by_route: {
        [key: string]: components["schemas"]["Figures"];
      };
      by_service: {
        [key: string]: components["schemas"]["Figures"];
      };
      /** @description What follows is of so many days */
      days: number;
      /** @description The most frequent 100 */
      failures: components["schemas"]["Failure"][];
      jobs: components["schemas"]["Jobs"];
      /** @description By route, its tasks that are kept */
      services: {
        [key: string]: number;
      };
    };
    /** @description When a run got a status. */
    StatusChange: {
      /** Format: date-time */
      at: string;
      /** @enum {string} */
      status:
        | "pending"
        | "waiting"
        | "calling"
        | "working"
        | "retrying"
        | "looping"
        | "succeeded"
        | "skipped"
        | "failed"
        | "cancelled";
    };
    /** @description A pipeline with steps that were looked for. */
    StepsOfPipeline: {
      /** @description Whether who asks may publish it anew */
      may_edit: boolean;
      route: string;
      /** @description The first 20 */
      steps: components["schemas"]["FoundStep"][];
      total: number;
      version: string;
    };
    /** @description What was stored under which route. */
    Stored: {
      route: string;
      /** @enum {string} */
      type: "pipeline" | "service";
      version?: string | null;
      /**
       * @description Of a pipeline: what may keep it from working, as things are now
       * @default []
       */
      warnings?: components["schemas"]["Fault"][];
    };
    /** @description A task in a list. */
    TaskLine: {
      cancelled: boolean;
      /** @description What kind of failure it was */
      code: string | null;
      /** @description The task whose results it took over */
      continues: string | null;
      /** Format: date-time */
      created_at: string;
      ended_at: string | null;
      failed_node: string | null;
      id: string;
      message: string | null;
      route: string;
      /** @enum {string} */
      status: "running" | "finished" | "error";
      /** @description It runs a version that is not published */
      trial: boolean;
      version: string;
    };
    /** @description Tasks, newest first; `next` is the cursor of the following page. */
    TaskPage: {
      items: components["schemas"]["TaskLine"][];
      next: string | null;
    };
    /** @description Everything known of a task: its runs, and the frames of its loops. */
    TaskRaw: {
      called_by: components["schemas"]["Caller"] | null;
      cancelled: boolean;
      /** @description Failures that the pipeline handles */
      caught: components["schemas"]["FailedRun"][];
      /** @description What kind of failure it was */
      code: string | null;
      /** @description Whether these are all frames */
      complete: boolean;
      /** @description The task whose results it took over */
      continues: string | null;
      /** Format: date-time */
      created_at: string;
      ended_at: string | null;
      /** @description The failure that is the task's */
      failed: components["schemas"]["FailedRun"] | null;
      failed_node: string | null;
      fault: components["schemas"]["RunFault"] | null;
      frames: components["schemas"]["RawFrame"][];
      id: string;
      item: Json;
      message: string | null;
      path: string;
      progress: components["schemas"]["Progress"];
      revision: number;
      route: string;
      runs: {
        [key: string]: components["schemas"]["RawRun"];
      };
      saved_at: string | null;
      /** @enum {string} */
      status: "running" | "finished" | "error";
      /** @description Of its trace, if the engine makes traces */
      trace_id: string | null;
      /** @description Where it is shown, if TRACES_URL says so */
      trace_url: string | null;
      /** @description It runs a version that is not published */
      trial: boolean;
      version: string;
      waiting: components["schemas"]["WaitingRun"][];
      wakes_at: string | null;
    };
    /** @description How a task is: its progress, what failed, what it waits for. */
    TaskStatus: {
      called_by: components["schemas"]["Caller"] | null;
      cancelled: boolean;
      /** @description Failures that the pipeline handles */
      caught: components["schemas"]["FailedRun"][];
      /** @description What kind of failure it was */
      code: string | null;
      /** @description The task whose results it took over */
      continues: string | null;
      /** Format: date-time */
      created_at: string;
      ended_at: string | null;
      /** @description The failure that is the task's */
      failed: components["schemas"]["FailedRun"] | null;
      failed_node: string | null;
      id: string;
      message: string | null;
      progress: components["schemas"]["Progress"];
      route: string;
      /** @enum {string} */
      status: "running" | "finished" | "error";
      /** @description Of its trace, if the engine makes traces */
      trace_id: string | null;
      /** @description Where it is shown, if TRACES_URL says so */
      trace_url: string | null;
      /** @description It runs a version that is not published */
      trial: boolean;
      version: string;
      waiting: components["schemas"]["WaitingRun"][];
    };
    /** @description A token, without its secret. */
    Token: {
      /** @description Routes of services, * is any text */
      announces: string[];
      /** Format: date-time */
      created_at: string;
      /** Format: date-time */
      expires_at: string;
      id: string;
      label: string;
      scopes: string[];
      /**
       * Format: date-time
       * @description To a minute
       */
      used_at: string;
      /** @description The address */
      used_from: string;
    };
    /**
     * @description What is tried.
     * @enum {string}
     */
    Trial: "expression" | "statements" | "reference" | "template";
    /** @description Whether the entries follow each other, and none was changed. */
    VerifiedAudit: {
      /** @description How many were looked at */
      entries: number;
      /** @description In how many of them a person was erased */
      erased: number;
      /** @description As `after`, to look on */
      next: number | null;
      /** @description What is wrong with the first that is */
      wrong: string | null;
    };
    /** @description A version in the list of those that were published. */
    VersionLine: {
      /** @description When it last became the current one; null: long ago */
      published_at: string | null;
      /** @description `folder`, `service`, or null */
      published_by: string | null;
      version: string;
    };
    /** @description Versions, the last published first; `next` is the cursor of the following. */
    VersionPage: {
      items: components["schemas"]["VersionLine"][];
      next: string | null;
    };
    /** @description Nobody has decided yet. */
    Waiting: {
      /** @description When to ask again, in seconds */
      interval: number;
    };
    /** @description A run that is open, what it waits for, and until when. */
    WaitingRun: {
      /** @description When it is called again */
      again_at: string | null;
      attempt: number;
      called: components["schemas"]["CalledTask"] | null;
      for: string;
      node: string;
      /** @description Why its last result was not taken */
      refused: string | null;
      /** @enum {string} */
      status:
        | "pending"
        | "waiting"
        | "calling"
        | "working"
        | "retrying"
        | "looping"
        | "succeeded"
        | "skipped"
        | "failed"
        | "cancelled";
      until: string | null;
    };
    /** @description A terminal as the person sees it who may confirm it. */
    WaitingTerminal: {
      /** @description From where it asks */
      address: string;
      announces: string[];
      /** Format: date-time */
      began_at: string;
      /** @description How long the token would be valid */
      days: number;
      /** @description What it calls itself */
      machine: string;
      /** @description Whether the person asks from there too */
      same_address: boolean;
      /** @description Of the token that it would get */
      scopes: string[];
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  read_about: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["About"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  change_password: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** Format: password */
          current: string;
          /** Format: password */
          password: string;
        };
      };
    };
    responses: {
      /** @description Successful Response */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Bad Request */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too Many Requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  read_audit: {
    parameters: {
      query?: {
        after?: number;
        limit?: number;
      };
      header?: {
        accept?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["AuditPage"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  search_audit: {
    parameters: {
      query?: {
        action?: string;
        before?: number | null;
        limit?: number;
        object?: string;
        outcome?: "" | "done" | "refused" | "failed";
        who?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["FoundAudit"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  verify_audit: {
    parameters: {
      query?: {
        after?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["VerifiedAudit"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  read_caller: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          task_id: string;
        };
      };
    };
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["CallerToken"];
        };
      };
      /** @description Bad Request */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Conflict */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  list_dead_letters: {
    parameters: {
      query?: {
        /** @description How many at most */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["DeadLetter"][];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  delete_dead_letter: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The id of the letter */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  revive_dead_letter: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The id of the letter */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  begin_device_login: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          machine: string;
          /**
           * @default [
           *       "read",
           *       "run"
           *     ]
           */
          scopes?: ("read" | "run" | "publish" | "announce" | "manage")[];
        };
      };
    };
    responses: {
      /** @description It waits now */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["DeviceLogin"];
        };
      };
      /** @description Bad Request */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too Many Requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  decide_device_login: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          allow: boolean;
          code: string;
        };
      };
    };
    responses: {
      /** @description Successful Response */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Bad Request */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too Many Requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  look_at_device_login: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          code: string;
        };
      };
    };
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["WaitingTerminal"];
        };
      };
      /** @description Bad Request */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too Many Requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  redeem_device_login: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** Format: password */
          device_code: string;
        };
      };
    };
    responses: {
      /** @description The token, shown once */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["NewToken"];
        };
      };
      /** @description Nobody has decided yet */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Waiting"];
        };
      };
      /** @description Bad Request */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Gone */
      410: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  rename_node: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["Rename"];
      };
    };
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Renamed"];
        };
      };
      /** @description Bad Request */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Request Entity Too Large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unsupported Media Type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  make_first_administrator: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** Format: password */
          invitation: string;
          name: string;
          /** Format: password */
          password: string;
        };
      };
    };
    responses: {
      /** @description Signed in: a cookie is set */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["SignedIn"];
        };
      };
      /** @description Bad Request */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Conflict */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  list_groups: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Group"][];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  add_group: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          id: string;
          name?: string;
          provider_group?: string;
        };
      };
    };
    responses: {
      /** @description The group is made */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Group"];
        };
      };
      /** @description Bad Request */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Conflict */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  delete_group: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  change_group: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          name?: string;
          provider_group?: string;
        };
      };
    };
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Group"];
        };
      };
      /** @description Bad Request */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  list_group_people: {
    parameters: {
      query?: {
        /** @description `next` of the page before */
        cursor?: string;
        limit?: number;
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["GroupPeoplePage"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  put_group_person: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
        person: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["GroupPerson"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  remove_group_person: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
        person: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  check_health: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Health"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  read_metrics: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Figures in the text form of Prometheus */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "text/plain": unknown;
        };
      };
    };
  };
  sign_out: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["SignedOut"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  list_people: {
    parameters: {
      query?: {
        /** @description How their names begin */
        begins?: string;
        /** @description `next` of the page before */
        cursor?: string;
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["PersonPage"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  add_person: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** @default false */
          administrator?: boolean;
          name: string;
          /** Format: password */
          password: string;
          /** @enum {unknown} */
          role?: "reader" | "author" | "owner";
        };
      };
    };
    responses: {
      /** @description The account is made */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Person"];
        };
      };
      /** @description Bad Request */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Conflict */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  read_person: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Person"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  erase_person: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It has begun */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Erasure"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Conflict */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  change_person: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          active?: boolean;
          administrator?: boolean;
          /** Format: password */
          password?: string;
        };
      };
    };
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Person"];
        };
      };
      /** @description Bad Request */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Conflict */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  read_erasure: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Erasure"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  export_person: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The whole file */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/zip": unknown;
        };
      };
      /** @description What was missing of it */
      206: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/zip": unknown;
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  check_readiness: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Health"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Something is missing */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Health"];
        };
      };
    };
  };
  list_schedules: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Schedule"][];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  add_schedule: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** @example 30 7 * * MON-FRI */
          cron: string;
          /** @default {} */
          input?: {
            [key: string]: Json;
          };
          /**
           * @default once
           * @enum {unknown}
           */
          missed?: "once" | "skip";
          /** @default false */
          paused?: boolean;
          route: string;
          /**
           * @default UTC
           * @example Europe/Berlin
           */
          timezone?: string;
        };
      };
    };
    responses: {
      /** @description The schedule is kept */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Schedule"];
        };
      };
      /** @description Bad Request */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Conflict */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Request Entity Too Large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unsupported Media Type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  read_schedule: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Schedule"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  change_schedule: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** @example 30 7 * * MON-FRI */
          cron: string;
          /** @default {} */
          input?: {
            [key: string]: Json;
          };
          /**
           * @default once
           * @enum {unknown}
           */
          missed?: "once" | "skip";
          /** @default false */
          paused?: boolean;
          route: string;
          /**
           * @default UTC
           * @example Europe/Berlin
           */
          timezone?: string;
        };
      };
    };
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Schedule"];
        };
      };
      /** @description Bad Request */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Request Entity Too Large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unsupported Media Type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  delete_schedule: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  list_secrets: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Secret"][];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  put_secret: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** Format: password */
          value: string;
        };
      };
    };
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Secret"];
        };
      };
      /** @description Bad Request */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Conflict */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Request Entity Too Large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unsupported Media Type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  delete_secret: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  list_routes: {
    parameters: {
      query?: {
        cursor?: string;
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Route"][];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  publish: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json":
          | {
              nodes: {
                [key: string]: Json;
              }[];
              /** @constant */
              type: "pipeline";
            }
          | {
              api: {
                [key: string]: Json;
              };
              instance?: string;
              leaves?: boolean;
              /** @constant */
              type: "service";
              /** Format: uri */
              url: string;
              workers?: number;
            };
      };
    };
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Stored"];
        };
      };
      /** @description The pipeline was stored */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Stored"];
        };
      };
      /** @description Bad Request */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Conflict */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Precondition Failed */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Request Entity Too Large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unsupported Media Type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  read_route: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        route: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["RouteDetails"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  start_task: {
    parameters: {
      query?: {
        /** @description Nodes that run again all the same, with commas between them */
        again?: string;
        /** @description Where the end result is sent; needs `task_id` */
        callback_url?: string;
        /** @description An ended task of the route: what it has done is kept */
        continues?: string;
        /** @description The caller's own id of the work, sent back with the result */
        task_id?: string;
        /** @description The version to run instead of the current one */
        version?: string;
        /** @description Wait so many seconds for the outputs; later they can be asked for */
        wait?: number;
      };
      header?: {
        /** @description A repeated request with the same key returns the first task */
        "Idempotency-Key"?: string;
      };
      path: {
        route: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        "application/json": {
          [key: string]: Json;
        };
        "multipart/form-data": {
          [key: string]: Json;
        };
      };
    };
    responses: {
      /** @description With `wait`: the outputs of the task, which has ended in time */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Outputs"];
        };
      };
      /** @description The task was started, now or earlier with the same key */
      202: {
        headers: {
          Location?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Job"];
        };
      };
      /** @description Bad Request */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Conflict */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Request Entity Too Large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unsupported Media Type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too Many Requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  remove_route: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        route: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  list_saved: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        route: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["SavedLine"][];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  save_document: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        route: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          [key: string]: Json;
        };
      };
    };
    responses: {
      /** @description The document was saved */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["JustSaved"];
        };
      };
      /** @description Bad Request */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Conflict */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Request Entity Too Large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unsupported Media Type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  read_saved: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
        route: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            [key: string]: Json;
          };
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  remove_saved: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
        route: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  read_sharing: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        route: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Sharing"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  share_route: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        route: string;
        space: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** @enum {unknown} */
          may: "run" | "read";
        };
      };
    };
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Sharing"];
        };
      };
      /** @description Bad Request */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  unshare_route: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        route: string;
        space: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  list_versions: {
    parameters: {
      query?: {
        cursor?: string | null;
        limit?: number;
      };
      header?: never;
      path: {
        route: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["VersionPage"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  keep_version: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        route: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          nodes: {
            [key: string]: Json;
          }[];
          /** @constant */
          type: "pipeline";
        };
      };
    };
    responses: {
      /** @description The version was stored */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["KeptVersion"];
        };
      };
      /** @description Bad Request */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Conflict */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Request Entity Too Large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unsupported Media Type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  read_version: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        route: string;
        version: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Pipeline"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  remove_version: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        route: string;
        version: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Conflict */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  validate_pipeline: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          nodes: {
            [key: string]: Json;
          }[];
          /** @constant */
          type: "pipeline";
        };
      };
    };
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Fault"][];
        };
      };
      /** @description Bad Request */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Request Entity Too Large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unsupported Media Type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  list_sessions: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Session"][];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  sign_in: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          name: string;
          /** Format: password */
          password: string;
        };
      };
    };
    responses: {
      /** @description Signed in: a cookie is set */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["SignedIn"];
        };
      };
      /** @description Bad Request */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too Many Requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  end_session: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  list_spaces: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Space"][];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  add_space: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          id: string;
          name?: string;
        };
      };
    };
    responses: {
      /** @description The space is made */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Space"];
        };
      };
      /** @description Bad Request */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Conflict */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  read_space: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        space: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Space"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  delete_space: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        space: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Conflict */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  rename_space: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        space: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          name: string;
        };
      };
    };
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Space"];
        };
      };
      /** @description Bad Request */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  list_members: {
    parameters: {
      query?: {
        /** @description `next` of the page before */
        cursor?: string;
        limit?: number;
      };
      header?: never;
      path: {
        space: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["MemberPage"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  put_member: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
        space: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** @enum {unknown} */
          role: "reader" | "author" | "owner";
        };
      };
    };
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Member"];
        };
      };
      /** @description Bad Request */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  remove_member: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
        space: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  read_stats: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Stats"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  find_steps: {
    parameters: {
      query?: {
        calls?: string;
        text?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["FoundSteps"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  list_tasks: {
    parameters: {
      query?: {
        cursor?: string | null;
        limit?: number;
        route?: string | null;
        since?: string | null;
        space?: string;
        status?: components["schemas"]["FrameStatus"][];
        until?: string | null;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["TaskPage"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  read_outputs: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The id of the task */
        task: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Outputs"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Conflict */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  erase_task: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The id of the task */
        task: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  download_blob: {
    parameters: {
      query?: {
        node?: string | null;
        /** @description Of a frame, such as `faces[2]`: item 2 of the loop `faces` */
        path?: string;
      };
      header?: never;
      path: {
        name: string;
        /** @description The id of the task */
        task: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The content */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "*/*": unknown;
        };
      };
      /** @description The range that was asked for */
      206: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "*/*": unknown;
        };
      };
      /** @description The content that the caller has is the current one */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Requested Range Not Satisfiable */
      416: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  cancel_task: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The id of the task */
        task: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["TaskStatus"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  evaluate_code: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The id of the task */
        task: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["Evaluate"];
      };
    };
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Evaluated"];
        };
      };
      /** @description Bad Request */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Request Entity Too Large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unsupported Media Type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  follow_task: {
    parameters: {
      query?: {
        /** @description Like Last-Event-ID */
        after?: string | null;
        /** @description `none`: no changes in the items of loops, but twice a second how many items are done */
        inside?: components["schemas"]["Inside"];
      };
      header?: {
        accept?: string;
        "last-event-id"?: string | null;
      };
      path: {
        /** @description The id of the task */
        task: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Changes as they come; as JSON those that there are now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Change"][];
          "text/event-stream": unknown;
        };
      };
      /** @description The task has ended and nothing more will change */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  download_file: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
        /** @description The id of the task */
        task: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The content */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "*/*": unknown;
        };
      };
      /** @description The range that was asked for */
      206: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "*/*": unknown;
        };
      };
      /** @description The content that the caller has is the current one */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Conflict */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Requested Range Not Satisfiable */
      416: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  list_items: {
    parameters: {
      query: {
        first?: number;
        limit?: number;
        /** @description The loop */
        node: string;
        /** @description Of a frame, such as `faces[2]`: item 2 of the loop `faces` */
        path?: string;
      };
      header?: never;
      path: {
        /** @description The id of the task */
        task: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ItemPage"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  read_raw: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The id of the task */
        task: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["TaskRaw"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  list_runs: {
    parameters: {
      query?: {
        /** @description Of a frame, such as `faces[2]`: item 2 of the loop `faces` */
        path?: string;
      };
      header?: never;
      path: {
        /** @description The id of the task */
        task: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Runs"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  read_run: {
    parameters: {
      query?: {
        /** @description Of a frame, such as `faces[2]`: item 2 of the loop `faces` */
        path?: string;
        /** @description Values that are wanted however large they are: some of `input`, `out`, `params`, `item`, with commas between them */
        whole?: string;
      };
      header?: never;
      path: {
        node: string;
        /** @description The id of the task */
        task: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["RunWithValues"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  read_status: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The id of the task */
        task: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["TaskStatus"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  list_tokens: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Token"][];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  add_token: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** @default [] */
          announces?: string[];
          /** @default 90 */
          days?: number;
          label: string;
          /**
           * @default [
           *       "read",
           *       "run"
           *     ]
           */
          scopes?: ("read" | "run" | "publish" | "announce" | "manage")[];
        };
      };
    };
    responses: {
      /** @description The token, shown once */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["NewToken"];
        };
      };
      /** @description Bad Request */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Forbidden */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  revoke_token: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Not Found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Misdirected Request */
      421: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Unprocessable Entity */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
}
