import { type PlateDrawing } from './plates.js';
import { type Random } from '../../random.js';

/** The content of a picture of `width` by `height` pixels. */
export interface Scene {
  width: number;
  height: number;
  paint: string;
  /** The visible side of the car. */
  side: 'rear' | 'front';
  /** Width of the plate in pixels. */
  plateWidth: number;
  /** Center of the plate, as shares of the picture's size. */
  at: readonly [number, number];
  light: 'day' | 'dusk' | 'shade';
}

/** Width of the car relative to the width of its plate. */
const CAR_PER_PLATE = 3.4;
/** Width of the car's drawing, whose origin is the center of the plate. */
const CAR_WIDTH = 1_000;

/** The scene as SVG, with the plate on the car. */
export function drawScene(scene: Scene, plate: PlateDrawing, random: Random): string {
  const { width, height, at, plateWidth } = scene;
  const [x, y] = [width * at[0], height * at[1]];
  const carScale = (plateWidth * CAR_PER_PLATE) / CAR_WIDTH / (plate.width > 350 ? 1 : 0.7);
  const plateScale = plateWidth / plate.width;
  const ground = y + 175 * carScale;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
    ${definitions(scene)}
    ${street(scene, ground, random)}
    <g transform="translate(${x} ${y}) scale(${carScale})">${car(scene)}</g>
    <g transform="translate(${x - plateWidth / 2} ${y - (plate.height * plateScale) / 2}) scale(${plateScale})">
      ${plate.svg}${dirt(plate, random)}
    </g>
    ${shadows(scene, x, y)}
  </svg>`;
}

function definitions({ paint }: Scene): string {
  const gradient = (id: string, from: string, to: string) =>
    `<linearGradient id="${id}" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${from}"/><stop offset="1" stop-color="${to}"/></linearGradient>`;
  return `<defs>
    ${gradient('sky', '#9fb4c8', '#e3e6e4')}${gradient('road', '#6c6d6f', '#4a4b4d')}${gradient('glass', '#4b5963', '#161b20')}
    <linearGradient id="body" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#fff" stop-opacity=".55"/>
      <stop offset=".35" stop-color="${paint}"/><stop offset="1" stop-color="#000" stop-opacity=".55"/></linearGradient>
    <filter id="far"><feGaussianBlur stdDeviation="5"/></filter><filter id="soft"><feGaussianBlur stdDeviation="12"/></filter>
  </defs>`;
}

/** Blurred houses, a road and a road marking. */
function street({ width, height }: Scene, ground: number, random: Random): string {
  const houses = Array.from({ length: 9 }, (_, index) => {
    const [w, h] = [width * (0.1 + 0.12 * random()), height * (0.25 + 0.4 * random())];
    const tone = ['#8d7f72', '#a8a39a', '#6f7a80', '#b59a80', '#5e6b52'][Math.floor(random() * 5)] ?? '#888';
    const left = (index / 8) * width - w / 2;
    const windows = Array.from({ length: 6 }, (_unused, at) => {
      const [column, row] = [at % 2, Math.floor(at / 2)];
      return `<rect x="${left + w * (0.2 + 0.4 * column)}" y="${ground - h * (0.9 - 0.25 * row)}" width="${w * 0.2}" height="${h * 0.13}" fill="#3d4348"/>`;
    });
    return `<rect x="${left}" y="${ground - h}" width="${w}" height="${h}" fill="${tone}"/>${windows.join('')}`;
  });
  return `<rect width="${width}" height="${height}" fill="url(#sky)"/><g filter="url(#far)">${houses.join('')}
    <rect y="${ground - height * 0.16}" width="${width}" height="${height}" fill="#8a8880"/></g>
    <rect y="${ground - height * 0.07}" width="${width}" height="${height}" fill="url(#road)"/>
    <path d="M${width * 0.02} ${height}L${width * 0.2} ${ground}H${width * 0.22}L${width * 0.09} ${height}Z" fill="#cfcdc4" opacity=".7"/>`;
}

function car({ paint, side }: Scene): string {
  const lamps =
    side === 'rear'
      ? '<path id="lamp" d="M-470 -150C-400 -160 -330 -150 -300 -130L-310 -70C-370 -60 -440 -70 -478 -90Z" fill="#9c1420"/><path d="M-450 -125L-330 -118V-100L-455 -104Z" fill="#e5535a"/>'
      : '<path id="lamp" d="M-470 -140C-410 -165 -340 -140 -310 -110L-330 -75C-390 -62 -450 -72 -476 -92Z" fill="#c9d3d8" stroke="#444" stroke-width="6"/><circle cx="-395" cy="-105" r="24" fill="#f7f8f4"/>';
  const middle =
    side === 'rear'
      ? `<path d="M-300 -175H300L270 -70H-270Z" fill="${paint}" opacity=".9"/><path d="M-285 -75H285" stroke="#000" stroke-opacity=".5" stroke-width="5"/>`
      : '<rect x="-260" y="-150" width="520" height="78" rx="16" fill="#202225"/><path d="M-250 -130H250M-250 -110H250M-250 -92H250" stroke="#8f959a" stroke-width="5"/>';
  return `<ellipse cx="0" cy="185" rx="540" ry="46" fill="#000" opacity=".6" filter="url(#soft)"/>
    <rect x="-455" y="60" width="130" height="130" rx="24" fill="#141416"/><rect x="325" y="60" width="130" height="130" rx="24" fill="#141416"/>
    <path d="M-310 -430C-200 -462 200 -462 310 -430L415 -230C470 -210 492 -150 495 -60L488 110C480 140 450 150 400 150H-400C-450 150 -480 140 -488 110L-495 -60C-492 -150 -470 -210 -415 -230Z" fill="${paint}"/>
    <path d="M-310 -430C-200 -462 200 -462 310 -430L415 -230C470 -210 492 -150 495 -60L488 110C480 140 450 150 400 150H-400C-450 150 -480 140 -488 110L-495 -60C-492 -150 -470 -210 -415 -230Z" fill="url(#body)" opacity=".75"/>
    <path d="M-285 -408C-180 -436 180 -436 285 -408L368 -240C200 -222 -200 -222 -368 -240Z" fill="url(#glass)"/>
    <path d="M-240 -400L-120 -412L-210 -236L-330 -242Z" fill="#fff" opacity=".13"/>
    ${middle}${lamps}<g transform="scale(-1 1)">${lamps.replace(' id="lamp"', '')}</g>
    <path d="M-492 20C-300 44 300 44 492 20L486 112C480 140 450 150 400 150H-400C-450 150 -480 140 -486 112Z" fill="#000" opacity=".28"/>
    <rect x="-215" y="-60" width="430" height="118" rx="16" fill="#000" opacity=".38"/>
    <path d="M-400 96H400" stroke="#000" stroke-opacity=".45" stroke-width="8"/>`;
}

function dirt(plate: PlateDrawing, random: Random): string {
  const specks = Array.from({ length: 40 }, () => {
    const [x, y] = [random() * plate.width, plate.height * (1 - random() ** 2)];
    return `<circle cx="${x}" cy="${y}" r="${0.6 + 1.8 * random()}" fill="#5a4a38" opacity="${0.15 + 0.3 * random()}"/>`;
  });
  return specks.join('');
}

/** The color of the light over the whole picture; for `shade`, a shadow across the plate. */
function shadows({ width, height, light, plateWidth }: Scene, x: number, y: number): string {
  switch (light) {
    case 'day':
      return `<rect width="${width}" height="${height}" fill="#fff4d8" opacity=".08"/>`;
    case 'dusk':
      return `<rect width="${width}" height="${height}" fill="#0b1430" opacity=".45"/>`;
    case 'shade': {
      const edge = x + plateWidth * 0.08;
      return `<path d="M0 0H${edge + height * 0.2}L${edge - (height - y) * 0.25} ${height}H0Z" fill="#0a0f1a" opacity=".38"/>`;
    }
  }
}
