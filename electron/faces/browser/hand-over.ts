// A second start on a library that is open already: its folders go to the program that has it.
import { type ErrorMessage, fromErrorMessage, LikenessError } from '../../contract/errors.ts';
import { say } from '../../contract/sentence.ts';

/**
 * Adds folders through the page server of another process.
 * @param address where its page is, with the key of that launch
 * @throws LikenessError as the other program words it, or 'unavailable' where it does not answer
 */
export async function handOver(address: string, folders: readonly string[]): Promise<void> {
  const { origin } = new URL(address);
  try {
    const entered = await fetch(address, { redirect: 'manual' });
    const cookie = entered.headers
      .getSetCookie()
      .map((one) => one.split(';', 1)[0])
      .join('; ');
    for (const path of folders) {
      const headers = { cookie, origin, 'content-type': 'application/json' };
      const answer = await fetch(`${origin}/api/addFolder`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ path }),
      });
      if (!answer.ok) {
        throw fromErrorMessage((await answer.json()) as ErrorMessage);
      }
    }
  } catch (error) {
    if (error instanceof LikenessError) throw error;
    const reason = (error as Error).message;
    throw new LikenessError(
      'unavailable',
      say`Likeness is already running on this library at ${address} but does not answer there (${reason}). Stop it and start again.`,
      { cause: error },
    );
  }
}
