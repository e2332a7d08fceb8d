import { ActionIcon } from '@mantine/core';
import { Maximize2, ZoomIn, ZoomOut } from 'lucide-react';

interface ZoomButtonsProps {
  zoom: (factor: number) => void;
  reset: () => void;
  isWhole: boolean;
}

export function ZoomButtons({ zoom, reset, isWhole }: ZoomButtonsProps) {
  const buttons = [
    { label: 'Zoom out (key -)', icon: ZoomOut, act: () => zoom(1.5), isOff: isWhole },
    { label: 'Zoom in (key +)', icon: ZoomIn, act: () => zoom(1 / 1.5), isOff: false },
    { label: 'Show the whole time (key 0)', icon: Maximize2, act: reset, isOff: isWhole },
  ];
  return (
    <ActionIcon.Group>
      {buttons.map(({ label, icon: Icon, act, isOff }) => (
        <ActionIcon
          key={label}
          title={label}
          variant="default"
          size={34}
          onClick={act}
          aria-label={label}
          disabled={isOff}
        >
          <Icon size={15} aria-hidden />
        </ActionIcon>
      ))}
    </ActionIcon.Group>
  );
}
