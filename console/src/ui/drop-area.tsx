import { Stack, Text } from '@mantine/core';
import { type LucideIcon } from 'lucide-react';
import { useState } from 'react';
import { type Accept, type FileRejection, useDropzone } from 'react-dropzone';
import { size } from './format.js';
import './drop-area.css';

interface DropAreaProps {
  icon: LucideIcon;
  /** What to drop here. */
  label: string;
  /** Types and limits, in words. */
  hint: string;
  accept: Accept;
  maxBytes: number;
  /** Most files at a time. @default no limit */
  maxFiles?: number;
  onFiles: (files: File[]) => void;
}

/** Takes files by drop, and by a click or the Enter key that opens the browser's dialog. */
export function DropArea({ icon: Icon, label, hint, accept, maxBytes, maxFiles = 0, onFiles }: DropAreaProps) {
  const [refused, setRefused] = useState<readonly FileRejection[]>([]);
  const onDrop = (files: File[], rejections: FileRejection[]) => {
    setRefused(rejections);
    if (files.length > 0) onFiles(files);
  };
  const area = useDropzone({ accept, maxSize: maxBytes, maxFiles, multiple: maxFiles !== 1, onDrop });
  return (
    <Stack gap={4}>
      <div {...area.getRootProps({ 'aria-label': label, className: 'drop-area' })} data-active={area.isDragActive}>
        <input {...area.getInputProps({ 'aria-label': label })} />
        <Icon size={22} strokeWidth={1.5} aria-hidden />
        <Text size="sm" fw={500}>
          {area.isDragActive ? 'Let go to take them' : label}
        </Text>
        <Text size="xs" c="dimmed">
          {hint}
        </Text>
      </div>
      {refused.length > 0 && (
        <Text size="sm" c="red" role="alert">
          {refused
            .slice(0, 5)
            .map((rejection) => sentenceOf(rejection, hint, maxBytes, maxFiles))
            .join(' ')}
        </Text>
      )}
    </Stack>
  );
}

function sentenceOf({ file, errors }: FileRejection, hint: string, maxBytes: number, maxFiles: number): string {
  const code = errors[0]?.code;
  if (code === 'file-too-large') return `${file.name} has ${size(file.size)}; at most ${size(maxBytes)} are taken.`;
  if (code === 'too-many-files') return `${file.name} is left out: at most ${maxFiles} at a time.`;
  return `${file.name} is not taken: ${hint}.`;
}
