/** Further arguments of every host that serves a fixture: how a file runs the cases of another on another kind of host. */
export const hostArgs: string[] = [];
