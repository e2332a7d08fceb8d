import { Center, Text } from '@mantine/core';
import { ImageOff, LoaderCircle } from 'lucide-react';
import { useState } from 'react';
import { type Picture } from './pictures.js';
import { ErrorPanel } from '../../ui/states.js';
import { usePictureUrl } from './picture-bytes.js';
import './plates.css';

interface Size {
  width: number;
  height: number;
}

interface PictureProps {
  picture: Picture;
  height: number | string;
  /** Whether there is room for all of an error. @default false */
  isLarge?: boolean;
}

/** The picture with the box drawn on its plate. */
export function PlatePicture({ picture, height, isLarge = false }: PictureProps) {
  const { url, error, retry } = usePictureUrl(picture.source);
  const [natural, setNatural] = useState<Size>();
  const { box, plateNumber } = picture.plate ?? {};
  const isLost = 'file' in picture.source && picture.source.file === undefined;
  if (isLarge && error) return <ErrorPanel error={error} title="The picture cannot be shown" onRetry={retry} />;
  if (isLost || error) {
    // The card says below why the plate was not read.
    const reason = picture.error ? 'There is no picture.' : error?.message;
    return (
      <Center h={height} className="plate-picture" p="sm">
        <Text size="xs" c="dimmed" ta="center" component="div">
          <ImageOff size={20} strokeWidth={1.5} aria-hidden />
          <div>{isLost ? 'The app keeps no picture that was dropped.' : reason}</div>
        </Text>
      </Center>
    );
  }
  return (
    <div className="plate-picture" style={{ height }}>
      {!url && <LoaderCircle className="plate-loading" size={20} role="img" aria-label="Loading the picture" />}
      {url && (
        <img
          src={url}
          decoding="async"
          alt={plateNumber === undefined ? picture.title : `${picture.title}, plate ${plateNumber}`}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
            setNatural({ width: naturalWidth, height: naturalHeight })
          }
        />
      )}
      {natural && box && (
        // The same rectangle as the image's, which `object-fit: contain` fits in the same way.
        <svg viewBox={`0 0 ${natural.width} ${natural.height}`} aria-hidden>
          <rect {...box} className="plate-box-shade" />
          <rect {...box} className="plate-box" />
        </svg>
      )}
    </div>
  );
}
