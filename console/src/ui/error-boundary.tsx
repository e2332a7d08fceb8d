import { Component, type ReactNode } from 'react';
import { ErrorPanel } from './states.js';

/** Shows an error of the page itself in place of a view, so that the navigation stays. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error?: unknown }> {
  override state: { error?: unknown } = {};

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    const retry = () => this.setState({ error: undefined });
    return <ErrorPanel title="The console cannot show this view" error={this.state.error} onRetry={retry} />;
  }
}
