/** Additional arguments for each host that serves a fixture: lets a file run the cases of another with other options. */
export const hostArgs: string[] = [];
