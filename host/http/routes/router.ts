import { matchTemplate, type RequestPath, readPath, type RouteValues } from './match.js';
import { parseTemplate, type Template } from './template.js';

/** A route and what it leads to. */
export interface Route<Target> {
  readonly template: Template;
  /** Upper-cased; undefined for all methods. */
  readonly methods: ReadonlySet<string> | undefined;
  /** Names of the template's parameters. */
  readonly names: readonly string[];
  readonly target: Target;
}

/** The route of a request and its parameter values. */
export interface RouteMatch<Target> {
  target: Target;
  /** Names of all parameters of the route. */
  names: readonly string[];
  values: RouteValues;
}

/**
 * A node of a tree over the first literal segments. Each node has, in order, the routes that can match its path.
 *
 * R1 Every list keeps the order of the given routes: the first match wins, and a literal does not take precedence over
 *    a parameter (host contract, 3.1). The tree only excludes routes that cannot match.
 */
interface Node<Target> {
  readonly routes: readonly Route<Target>[];
  readonly byLiteral: ReadonlyMap<string, Node<Target>>;
  /** For a segment that equals none of the literals. */
  readonly other: Node<Target> | undefined;
}

/** Up to this many routes, trying all is as fast as another level of the tree. */
const MAX_LEAF_ROUTES = 3;
const MAX_DEPTH = 6;

/** Finds the first route for a path and a method. */
export class Router<Target> {
  readonly #root: Node<Target>;

  constructor(routes: readonly Route<Target>[]) {
    this.#root = buildNode(routes, 0);
  }

  /** @param path without its leading slash and query, decoded (Target.path of request-target.ts) */
  find(method: string, path: string): RouteMatch<Target> | undefined {
    const request = readPath(path);
    for (const route of candidates(this.#root, request)) {
      if (route.methods?.has(method) === false) continue;
      const values = matchTemplate(route.template, request);
      if (values !== undefined) return { target: route.target, names: route.names, values };
    }
    return undefined;
  }
}

/**
 * Creates a route.
 *
 * @param methods undefined for all methods
 * @throws Error that describes the problem of the template
 */
export function createRoute<Target>(template: string, methods: readonly string[] | undefined, target: Target) {
  const accepted = methods && new Set(methods.map((method) => method.toUpperCase()));
  const parsed = parseTemplate(template);
  const parts = parsed.segments.flatMap((segment) => segment.parts);
  const names = parts.flatMap((part) => (part.kind === 'parameter' ? [part.name] : []));
  return { template: parsed, methods: accepted, names, target } satisfies Route<Target>;
}

function buildNode<Target>(routes: readonly Route<Target>[], depth: number): Node<Target> {
  const literals = new Set(routes.map(({ template }) => template.segments[depth]?.literal).filter(isText));
  if (routes.length <= MAX_LEAF_ROUTES || depth === MAX_DEPTH || literals.size === 0) {
    return { routes, byLiteral: new Map(), other: undefined };
  }
  const routesFor = (literal: string | undefined) =>
    routes.filter(({ template }) => {
      const segment = template.segments[depth]?.literal;
      return segment === undefined || segment === literal;
    });
  const children = [...literals].map((literal) => [literal, buildNode(routesFor(literal), depth + 1)] as const);
  return { routes, byLiteral: new Map(children), other: buildNode(routesFor(undefined), depth + 1) };
}

function candidates<Target>(root: Node<Target>, { folded }: RequestPath): readonly Route<Target>[] {
  let node = root;
  for (const segment of folded) {
    const next = node.byLiteral.get(segment) ?? node.other;
    if (next === undefined) break;
    node = next;
  }
  return node.routes;
}

function isText(value: string | undefined): value is string {
  return value !== undefined;
}
