/** The age ratings, lowest first; also the values of the header `X-File-Target-Audience`. */
export const AUDIENCES = ['0+', '6+', '12+', '16+', '18+'] as const;
export type Audience = (typeof AUDIENCES)[number];
