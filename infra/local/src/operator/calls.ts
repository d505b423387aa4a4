import { parseArgs } from 'node:util';
import { OptionError } from '../options';
import { SERVICES } from '../supervisor/plan-services';

export type ServiceName = (typeof SERVICES)[number];

/** What one service is asked. */
export interface Call {
  service: ServiceName;
  args: string[];
}

const OWNERS = ['auth', 'tickets', 'orders', 'payments'] as const;

/** The words of `npm run gittix -- …` as calls of the services' own command lines, one after the other. Throws OptionError. */
export function callsFor([command = '', ...rest]: string[]): Call[] {
  switch (command) {
    case 'dead-letters':
      return deadLetters(rest);
    case 'republish': {
      const { chosen, options } = chosenService(rest, OWNERS);
      return chosen.map((service) => ({ service, args: ['republish', ...options] }));
    }
    case 'users':
      return [{ service: 'auth', args: ['users', ...rest] }];
    default: {
      // Whatever a service can do besides.
      const service = SERVICES.find((name) => name === command);
      if (service) return [{ service, args: rest }];
      const what = command === '' ? 'Say what to do' : `There is no command "${command}"`;
      throw new OptionError(
        `${what}: dead-letters, republish, users, roll, or a service (${SERVICES.join(', ')}).`,
      );
    }
  }
}

function deadLetters([action = '', ...rest]: string[]): Call[] {
  const words = ['dead-letters', action];
  if (action === 'list') {
    const { chosen, options } = chosenService(rest, SERVICES);
    return chosen.map((service) => ({ service, args: [...words, ...options] }));
  }
  if (!['show', 'replay', 'drop'].includes(action)) {
    throw new OptionError('dead-letters needs list, show, replay or drop.');
  }
  const [service, ...ids] = rest;
  if (service === undefined) throw new OptionError(`dead-letters ${action} needs a service and an id.`);
  return [{ service: known(service, SERVICES), args: [...words, ...ids] }];
}

/** The service that comes first, if one is named; else all. */
function chosenService(rest: string[], names: readonly ServiceName[]) {
  const [first, ...options] = rest;
  if (first === undefined || first.startsWith('-')) return { chosen: names, options: rest };
  return { chosen: [known(first, names)], options };
}

function known(word: string, names: readonly ServiceName[]): ServiceName {
  const service = names.find((name) => name === word);
  if (!service) throw new OptionError(`"${word}" is none of ${names.join(', ')}.`);
  return service;
}

/** --data (the directory of the instance) is for us, all else for the service. */
export function splitData(args: string[]): { data: string; words: string[] } {
  const { tokens } = parseArgs({ args, strict: false, tokens: true, options: { data: { type: 'string' } } });
  const words = [...args];
  let data = '.gittix';
  for (const token of tokens.toReversed()) {
    if (token.kind !== 'option' || token.name !== 'data') continue;
    if (!token.value) throw new OptionError('--data needs a directory');
    data = token.value;
    words.splice(token.index, token.inlineValue ? 1 : 2);
  }
  return { data, words };
}
