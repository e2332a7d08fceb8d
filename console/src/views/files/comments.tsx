import { type AnalysisComment, type Recommendation } from '@longhaul/client';
import { Badge, Button, Group, NativeSelect, Paper, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Bot, MessageSquare, User } from 'lucide-react';
import { type SubmitEvent, useRef, useState } from 'react';
import { api } from '../../api/connection.js';
import { count } from '../../ui/format.js';
import { Empty, ErrorPanel, Loading } from '../../ui/states.js';
import { Ago } from '../../ui/times.js';
import { useComments } from './analyses.js';
import { SEVERITIES } from './scenes.js';
import { Severity } from './severity.js';

/** Comments of users and of the analyzer, and the ratings that belong to them. */
export function Comments({ analysis }: { analysis: number }) {
  const { comments, ratings, error } = useComments(analysis);
  if (!comments || !ratings) return error ? <ErrorPanel error={error} /> : <Loading rows={3} />;
  const ofComment = (id: number) => ratings.filter(({ comments_user: of }) => of === id);
  const ofNone = ratings.filter(({ comments_user: of }) => of === null);
  return (
    <Stack>
      <CommentForm analysis={analysis} />
      {comments.length === 0 && (
        <Empty icon={MessageSquare} title="No comments yet">
          Say what you think of the findings, and how severe they are.
        </Empty>
      )}
      <Stack gap="xs" component="ul" p={0} m={0} aria-label="Comments">
        {comments.map((comment) => (
          <Comment key={comment.id} comment={comment} ratings={ofComment(comment.id)} />
        ))}
      </Stack>
      {ofNone.length > 0 && (
        <Group gap="xs">
          <Text size="sm" c="dimmed">
            Ratings without a comment
          </Text>
          {ofNone.map((rating) => (
            <Rating key={rating.id} rating={rating} />
          ))}
        </Group>
      )}
    </Stack>
  );
}

function Comment({ comment, ratings }: { comment: AnalysisComment; ratings: readonly Recommendation[] }) {
  const isByUser = comment.comment_author === 'User';
  const Icon = isByUser ? User : Bot;
  return (
    <Paper withBorder p="sm" component="li" className="comment">
      <Group gap={6} c="dimmed" fz="xs">
        <Icon size={14} aria-hidden />
        {isByUser ? 'User' : 'Analyzer'} · <Ago date={comment.created_at} />
        {ratings.map((rating) => (
          <Rating key={rating.id} rating={rating} />
        ))}
      </Group>
      <Text size="sm" mt={4}>
        {comment.comment}
      </Text>
    </Paper>
  );
}

/** `----` is no rating: it has a number of violations only. */
function Rating({ rating: { rating, violations_quantity: violations } }: { rating: Recommendation }) {
  const words = violations === 1 ? '1 violation' : `${count(violations)} violations`;
  if (rating !== '----') return <Severity severity={rating} />;
  return (
    <Badge variant="default" tt="none" fw={500}>
      {words}
    </Badge>
  );
}

function CommentForm({ analysis }: { analysis: number }) {
  const queryClient = useQueryClient();
  const [text, setText] = useState('');
  const [rating, setRating] = useState('');
  /** The comment that is stored already, where its rating is not. */
  const stored = useRef<Pick<AnalysisComment, 'id' | 'comment'>>(undefined);
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => {
      if (stored.current?.comment !== text) {
        const json = { comment: text, refer_file: analysis, comment_author: 'User' };
        const { id } = await api().request<AnalysisComment>('POST', '/comments/', { json });
        stored.current = { id, comment: text };
      }
      if (rating !== '') {
        const recommendation = { comments_user: stored.current.id, rating, refer: analysis };
        await api().request('POST', '/recommend/', { json: recommendation });
      }
    },
    onSuccess: () => {
      stored.current = undefined;
      setText('');
      setRating('');
      return queryClient.invalidateQueries();
    },
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        <Textarea
          label="Comment"
          rows={2}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          maxLength={10_000}
          required
        />
        <Group gap="xs" align="flex-end">
          <NativeSelect
            size="xs"
            label="Rating"
            value={rating}
            data={[{ value: '', label: 'No rating' }, ...SEVERITIES]}
            onChange={(event) => setRating(event.currentTarget.value)}
          />
          <Button type="submit" size="xs" loading={isPending} disabled={text.trim() === ''}>
            Add the comment
          </Button>
        </Group>
        {error && <ErrorPanel error={error} />}
      </Stack>
    </form>
  );
}
