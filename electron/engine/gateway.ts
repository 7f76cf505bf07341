// The one gate through which messages from any face reach the engine: known methods, checked arguments.
import { LikenessError } from '../contract/errors.ts';
import { methods, type Implementation, type MethodName } from '../contract/methods.ts';
import { say } from '../contract/sentence.ts';

/**
 * @param input as it came over the wire
 * @param signal aborted when nobody waits for the answer any more
 * @param onFault told of errors that nobody foresaw
 * @throws LikenessError 'bad-input' that names the field that was wrong; 'cancelled' where the signal broke it off
 */
export async function dispatch(
  engine: Implementation,
  name: unknown,
  input: unknown,
  signal?: AbortSignal,
  onFault?: (method: MethodName, error: unknown) => void,
): Promise<unknown> {
  if (typeof name !== 'string' || !Object.hasOwn(methods, name)) {
    throw new LikenessError('bad-input', say`There is no method named ${JSON.stringify(name)?.slice(0, 100)}.`);
  }
  const method = name as MethodName;
  const parsed = methods[method].input.safeParse(input);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const field = issue.path.length > 0 ? `"${issue.path.join('.')}" of ` : '';
    throw new LikenessError('bad-input', say`The message ${field}${method} has a wrong shape: ${issue.message}.`);
  }
  try {
    return await (engine[method] as (checked: unknown, signal?: AbortSignal) => unknown)(parsed.data, signal);
  } catch (error) {
    if (signal?.aborted && error === signal.reason) throw new LikenessError('cancelled', say`${method} was cancelled.`);
    if (!(error instanceof LikenessError)) onFault?.(method, error);
    throw error;
  }
}
