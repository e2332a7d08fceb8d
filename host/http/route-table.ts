import { type HostFunction } from '../contracts.js';
import { type HostLog } from '../log.js';
import { createRoute, type Route, Router } from './routes/router.js';

/** Prefixes that are reserved for the host (host contract, 3.1). */
const RESERVED = /^(?:admin|runtime)/i;

/**
 * The routes of the app's HTTP functions, in the given order: the first match gets a request. A function with an invalid
 * route is reported and left out (host contract, 3.1).
 */
export function routeFunctions(functions: readonly HostFunction[], routePrefix: string, log: HostLog) {
  const routes: Route<HostFunction>[] = [];
  const byPath = new Map<string, Route<HostFunction>[]>();
  for (const fn of functions) {
    if (fn.trigger.type.toLowerCase() !== 'httptrigger') continue;
    try {
      const path = routeOf(fn);
      const route = createRoute(join(routePrefix, path), methodsOf(fn), fn);
      const samePath = byPath.get(path.toLowerCase()) ?? [];
      const duplicate = samePath.find((other) => haveCommonMethod(route.methods, other.methods));
      if (duplicate !== undefined)
        throw new Error(`the function "${duplicate.target.name}" has the same route; change the route or the methods`);
      byPath.set(path.toLowerCase(), [...samePath, route]);
      routes.push(route);
    } catch (error) {
      const reason = (error as Error).message;
      log.log(
        'error',
        'Host.Startup',
        `The function "${fn.name}" cannot be served: its route "${routeOf(fn, true)}": ${reason}.`,
      );
    }
  }
  return new Router(routes);
}

function routeOf(fn: HostFunction, unchecked = false): string {
  const route = typeof fn.trigger.route === 'string' ? fn.trigger.route.trim() : '';
  const path = (route === '' ? fn.name : route).replace(/^\/+|\/+$/g, '');
  if (!unchecked && RESERVED.test(path))
    throw new Error('"admin" and "runtime" are reserved prefixes; choose another route');
  return path;
}

function methodsOf({ trigger }: HostFunction): string[] | undefined {
  const { methods } = trigger;
  return Array.isArray(methods) && methods.length > 0 ? methods.map(String) : undefined;
}

function haveCommonMethod(a: ReadonlySet<string> | undefined, b: ReadonlySet<string> | undefined): boolean {
  return a === undefined || b === undefined || [...a].some((method) => b.has(method));
}

function join(prefix: string, path: string): string {
  return prefix === '' ? path : `${prefix}/${path}`;
}
