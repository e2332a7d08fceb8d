import { useElementSize, useMergedRef } from '@mantine/hooks';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { scrolling } from './picture-bytes.js';
import { CARD_HEIGHT, PlateCard } from './plate-card.js';
import { type Picture } from './pictures.js';

const CARD_WIDTH = 256;
const GAP = 12;

/** Cards of any number: only those in view are elements of the page, and only their pictures are loaded. */
export function PlateGrid({ pictures, onOpen }: { pictures: readonly Picture[]; onOpen: (picture: Picture) => void }) {
  const { ref, width } = useElementSize<HTMLDivElement>();
  const grid = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop((grid.current?.getBoundingClientRect().top ?? 0) + scrollY), [width, pictures]);
  const columns = Math.max(1, Math.floor((width + GAP) / (CARD_WIDTH + GAP)));
  const virtual = useWindowVirtualizer({
    count: Math.ceil(pictures.length / columns),
    estimateSize: () => CARD_HEIGHT + GAP,
    overscan: 1,
    scrollMargin: top,
  });
  useEffect(() => {
    scrolling.set(virtual.isScrolling);
    return () => scrolling.set(false);
  }, [virtual.isScrolling]);
  return (
    <div ref={useMergedRef(ref, grid)} className="plate-grid" style={{ height: virtual.getTotalSize() }}>
      {virtual.getVirtualItems().map(({ index, start }) => (
        <div
          key={index}
          className="plate-row"
          style={{
            gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
            top: start - top,
          }}
        >
          {pictures.slice(index * columns, (index + 1) * columns).map((picture) => (
            <PlateCard key={picture.key} picture={picture} onOpen={onOpen} />
          ))}
        </div>
      ))}
    </div>
  );
}
