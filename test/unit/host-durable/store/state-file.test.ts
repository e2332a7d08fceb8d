import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type InstanceKey } from '../../../../host/durable/ids.js';
import { StateFile } from '../../../../host/durable/store/state-file.js';
import { InstanceStore } from '../../../../host/durable/store/instance-store.js';

let dir: string;
beforeEach(() => (dir = fs.mkdtempSync(path.join(os.tmpdir(), 'state-file-'))));
afterEach(() => fs.rmSync(dir, { recursive: true }));

const [first, second] = [1, 2] as InstanceKey[] as [InstanceKey, InstanceKey];

/** A file of version 2, from before histories were stored in the order of their writing. */
function writeVersion2(): void {
  const db = new DatabaseSync(path.join(dir, 'durable.sqlite'));
  db.exec(`
    CREATE TABLE instance (key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, execution TEXT NOT NULL, name TEXT NOT NULL,
      version TEXT NOT NULL, status INTEGER NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL, custom TEXT,
      parent TEXT, input TEXT, output TEXT) STRICT;
    CREATE TABLE history (instance INTEGER NOT NULL, turn INTEGER NOT NULL, events TEXT NOT NULL,
      PRIMARY KEY (instance, turn)) STRICT, WITHOUT ROWID;
    CREATE TABLE inbox (seq INTEGER PRIMARY KEY, instance INTEGER NOT NULL, message TEXT NOT NULL) STRICT;
    CREATE TABLE entity (key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, present INTEGER NOT NULL, state TEXT,
      holder TEXT, updated INTEGER NOT NULL) STRICT;
    INSERT INTO history VALUES (1, 0, '["a"]'), (2, 0, '["b"]'), (1, 1, '["c"]');
    PRAGMA user_version = 2;
  `);
  db.close();
}

test('a file of an older host keeps its histories, and takes new turns', () => {
  writeVersion2();
  for (const turns of [2, 3]) {
    const file = new StateFile(dir);
    const store = new InstanceStore(file);
    expect(store.history(first)).toEqual(['["a"]', '["c"]', '["d"]'].slice(0, turns));
    expect(store.history(second)).toEqual(['["b"]']);
    if (turns === 2) file.transaction(() => store.insertHistory(first, 2, '["d"]'));
    file.close();
  }
});

test('a turn is written once', () => {
  const file = new StateFile(dir);
  const store = new InstanceStore(file);
  const write = () => file.transaction(() => store.insertHistory(first, 0, '[]'));
  write();
  expect(write).toThrow('UNIQUE');
  file.close();
});

test('a file of a newer host is refused, with what to do', () => {
  const db = new DatabaseSync(path.join(dir, 'durable.sqlite'));
  db.exec('PRAGMA user_version = 99');
  db.close();
  expect(() => new StateFile(dir)).toThrow('use the newer host, or another state folder');
});
