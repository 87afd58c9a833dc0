// The image processor as it stands: an SQS event of up to ten images, one connection for each execution.
// Memory 1024 MB, timeout 30 s, event source mapping with batch size 10 and no maximum concurrency.
import { setTimeout as sleep } from 'node:timers/promises';

const TRIES = 5;

/**
 * Tries to connect five times, a second apart. PostgreSQL answers 53300 when all of its max_connections are taken.
 * A client that failed to connect cannot be used again, so each try makes a new one.
 */
export async function connect(newClient) {
  for (let tried = 1; ; tried++) {
    const client = newClient();
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (error.code !== '53300' || tried === TRIES) throw error;
      await sleep(1000);
    }
  }
}

/** The handler. If it throws, none of the batch is deleted: all ten come back after the visibility timeout. */
export function makeHandler(newClient, resize) {
  return async (event) => {
    const client = await connect(newClient);
    try {
      for (const record of event.Records) {
        const image = JSON.parse(record.body);
        await resize(image);
        await client.query('UPDATE images SET done = now() WHERE id = $1', [image.id]);
      }
    } finally {
      await client.end();
    }
  };
}

// In the deployed file:
//   import pg from 'pg';
//   export const handler = makeHandler(() => new pg.Client(process.env.DATABASE_URL), resizeAndStore);
