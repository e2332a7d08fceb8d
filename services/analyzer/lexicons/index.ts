import { FEAR } from './fear.js';
import { LANGUAGE } from './language.js';
import { type Lexicon } from './lexicon.js';
import { SEX } from './sex.js';
import { SOCIETY } from './society.js';
import { SUBSTANCES } from './substances.js';
import { VIOLENCE } from './violence.js';

/** One lexicon for each category that words can tell. */
export const LEXICONS: readonly Lexicon[] = [...LANGUAGE, ...VIOLENCE, ...SUBSTANCES, ...SEX, ...FEAR, ...SOCIETY];
