import { type Monitor } from '@longhaul/client';
import { Alert, Anchor } from '@mantine/core';
import { Hourglass } from 'lucide-react';
import { type ReactNode } from 'react';
import { Link } from 'wouter';
import { isFinal } from '../api/queries.js';

/** Why an operation waits, in words, and what can be done. */
const WAITS: Record<NonNullable<Monitor['waitingFor']>, ReactNode> = {
  capacity: (
    <>
      It waits for room: all processes of the app are at work. It goes on by itself. If this lasts, let more instances
      run, or more steps at the same time.
    </>
  ),
  upstream: (
    <>
      A service that it needs fails, and is tried again and again. See <ServicesLink /> for which one, and repair it;
      the operation then goes on by itself.
    </>
  ),
  turn: <>It is in a queue, and goes on when its turn comes.</>,
  paused: (
    <>
      It is suspended, or a service that it needs was paused by an operator. Resume the service at <ServicesLink />.
    </>
  ),
};

function ServicesLink() {
  return (
    <Anchor component={Link} href="/services" inherit underline="always">
      Services
    </Anchor>
  );
}

const TITLES: Partial<Record<NonNullable<Monitor['waitingFor']>, string>> = {
  upstream: 'a service',
  paused: 'a resume',
};

/** Says why an operation does nothing now, where it waits. */
export function Waiting({ monitor }: { monitor: Monitor }) {
  const { waitingFor } = monitor;
  if (waitingFor === undefined || isFinal(monitor)) return null;
  return (
    <Alert
      color="yellow"
      icon={<Hourglass size={18} aria-hidden />}
      title={`It waits for ${TITLES[waitingFor] ?? waitingFor}`}
      role="status"
    >
      {WAITS[waitingFor]}
    </Alert>
  );
}
