// Reads a JSON list of [expression, context, kind] from stdin, writes a JSON list of what feelin answers.
import { evaluate, unaryTest } from '@bpmn-io/feelin';
import { readFileSync } from 'node:fs';

function encode(value) {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return { number: String(value) };
  if (typeof value === 'function') return { function: true };
  if (Array.isArray(value)) return value.map(encode);
  if (typeof value.toISO === 'function') return { temporal: value.toISO() };
  if (value.constructor && value.constructor.name !== 'Object') return { other: value.constructor.name };
  return { context: Object.fromEntries(Object.entries(value).map(([k, v]) => [k, encode(v)])) };
}

const answers = JSON.parse(readFileSync(0, 'utf8')).map(([expression, context, kind]) => {
  try {
    const answer = kind === 'unary' ? unaryTest(expression, context) : evaluate(expression, context);
    return { value: encode(answer.value) };
  } catch (error) {
    return { error: String(error.message).slice(0, 200) };
  }
});
process.stdout.write(JSON.stringify(answers));
