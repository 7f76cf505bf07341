// A second start on a library that is open already: its folders go to the program that has it.
import { LikenessError, type ErrorMessage } from '../../contract/errors.ts';

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
        const { code, message } = (await answer.json()) as ErrorMessage;
        throw new LikenessError(code, message);
      }
    }
  } catch (error) {
    if (error instanceof LikenessError) throw error;
    const reason = (error as Error).message;
    throw new LikenessError(
      'unavailable',
      `Likeness is already running on this library at ${address} but does not answer there (${reason}). Stop it and start again.`,
      { cause: error },
    );
  }
}
