/** Further arguments of every host that a fixture is started on: how a file runs another's cases on another kind of host. */
export const hostArgs: string[] = [];
