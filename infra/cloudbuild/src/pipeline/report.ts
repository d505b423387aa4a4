import type { PipelineResult } from './pipeline';

/** What a run did, for a person: each step with its calls, and the verdict. */
export function report({ outcomes, calls, green }: PipelineResult): string {
  const lines: string[] = [''];
  for (const [step, outcome] of outcomes) {
    lines.push(`${step}: ${outcome}`);
    for (const call of calls) if (call.step === step) lines.push(`    ${call.call}`);
  }
  lines.push('', green ? 'The build is green.' : `The build is RED: ${redStep(outcomes)} failed.`, '');
  return lines.join('\n');
}

function redStep(outcomes: PipelineResult['outcomes']): string {
  return [...outcomes].flatMap(([step, outcome]) => (outcome === 'failed' ? step : [])).join(', ');
}
