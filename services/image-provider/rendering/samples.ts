import { type Camera } from './camera.js';
import { type PlateKind } from './plates.js';
import { type Scene } from './scene.js';

export interface Sample {
  id: number;
  kind: PlateKind;
  /** The text on the plate, for a Russian plate in Latin homoglyphs. */
  text: string;
  /** Country code or state on the plate, if the kind has one. */
  label: string;
  scene: Scene;
  camera: Camera;
}

type Plate = [kind: PlateKind, text: string, label?: string];

const picture = (width: number, height: number, plateWidth: number, at: readonly [number, number]) => ({
  width,
  height,
  plateWidth,
  at,
});
const paint = (color: string, side: Scene['side'], light: Scene['light']) => ({ paint: color, side, light });
const view = (roll: number, turn: number, tilt: number) => ({ roll, turn, tilt });
const film = (blur: number, noise: number, quality = 78) => ({ blur, noise, quality });

function sample(id: number, [kind, text, label = '']: Plate, scene: Scene, camera: Camera): Sample {
  return { id, kind, text, label, scene, camera };
}

/** The sample images, by ID. */
export const SAMPLES: readonly Sample[] = [
  sample(
    10022,
    ['russian', 'C181MB 190'],
    { ...picture(800, 600, 250, [0.5, 0.6]), ...paint('#8b1a22', 'rear', 'day') },
    { ...view(-2, 0.16, 0.05), ...film(0.6, 3) },
  ),
  sample(
    9965,
    ['russian', 'O101HO 750'],
    { ...picture(800, 600, 230, [0.46, 0.62]), ...paint('#2c4a6e', 'front', 'day') },
    { ...view(3, -0.2, 0), ...film(0.5, 4) },
  ),
  sample(
    10101,
    ['russian', 'K492XE 116'],
    { ...picture(960, 640, 210, [0.56, 0.6]), ...paint('#d8d8d4', 'front', 'shade') },
    { ...view(-4, 0.25, 0.1), ...film(0.5, 4) },
  ),
  sample(
    10102,
    ['russian', 'T038YT 54'],
    { ...picture(720, 540, 200, [0.5, 0.58]), ...paint('#3a3d42', 'rear', 'dusk') },
    { ...view(1, -0.1, 0.08), ...film(0.7, 6, 72) },
  ),
  sample(
    10103,
    ['russian', 'M615EP 77'],
    { ...picture(1024, 768, 190, [0.4, 0.55]), ...paint('#59714a', 'rear', 'day') },
    { ...view(5, 0.3, 0), ...film(0.6, 3, 72) },
  ),
  sample(
    10201,
    ['european', 'M KL 4729', 'D'],
    { ...picture(800, 600, 240, [0.52, 0.6]), ...paint('#b9bdc2', 'rear', 'day') },
    { ...view(2, 0.2, 0.1), ...film(0.5, 3) },
  ),
  sample(
    10202,
    ['european', 'WX 48215', 'PL'],
    { ...picture(800, 500, 200, [0.45, 0.58]), ...paint('#12457a', 'front', 'shade') },
    { ...view(-3, -0.25, 0), ...film(0.6, 4) },
  ),
  sample(
    10203,
    ['british', 'LN63 KTR'],
    { ...picture(720, 540, 220, [0.5, 0.62]), ...paint('#1f2124', 'rear', 'day') },
    { ...view(0, 0.12, -0.1), ...film(0.9, 4) },
  ),
  sample(
    10204,
    ['american', '7XKD246', 'CALIFORNIA'],
    { ...picture(800, 600, 190, [0.5, 0.6]), ...paint('#7b2f1d', 'rear', 'day') },
    { ...view(-2, -0.15, 0.1), ...film(0.5, 3) },
  ),
  sample(
    10205,
    ['brazilian', 'KVH4D72'],
    { ...picture(960, 640, 200, [0.55, 0.62]), ...paint('#e8e6df', 'rear', 'shade') },
    { ...view(3, 0.2, 0), ...film(0.6, 4) },
  ),
  sample(
    10206,
    ['european', 'FK-482-TJ', 'F'],
    { ...picture(640, 480, 170, [0.5, 0.6]), ...paint('#6b1d4a', 'front', 'dusk') },
    { ...view(-1, 0.15, 0.05), ...film(0.5, 5) },
  ),
  sample(
    10207,
    ['dutch', '84-KXF-2', 'NL'],
    { ...picture(800, 600, 210, [0.48, 0.6]), ...paint('#c2611a', 'rear', 'day') },
    { ...view(6, -0.2, 0.1), ...film(0.7, 4) },
  ),
];
