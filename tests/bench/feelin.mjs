// Reads {expression, context} from stdin, writes microseconds for evaluating and for parsing, best of nine.
import { evaluate, parseExpression } from '@bpmn-io/feelin';
import { readFileSync } from 'node:fs';

const { expression, context } = JSON.parse(readFileSync(0, 'utf8'));

function best(work, times) {
  let least = Infinity;
  for (let round = 0; round < 9; round += 1) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < times; i += 1) work();
    least = Math.min(least, Number(process.hrtime.bigint() - start) / times / 1000);
  }
  return least;
}

process.stdout.write(
  JSON.stringify({
    evaluate: best(() => evaluate(expression, context), 2000),
    parse: best(() => parseExpression(expression, context), 2000),
  }),
);
