/** Makes the waits of src/ end immediately. A test file imports this module before any other. */
jest.mock('node:timers/promises', () => ({ setTimeout: () => Promise.resolve() }));
