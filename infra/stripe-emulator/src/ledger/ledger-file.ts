import { mkdir, open, readFile, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseEntry, type LedgerEntry } from './entry';

/** Where entries go. `append` resolves only when the entry survives the machine's death. */
export interface Ledger {
  append(entry: LedgerEntry): Promise<void>;
  close(): Promise<void>;
}

interface Waiting {
  line: string;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** JSON lines in one file. Entries that come while the disk is busy share the next write and the next fsync. */
export class LedgerFile implements Ledger {
  private waiting: Waiting[] = [];
  private writing: Promise<void> | undefined;
  private broken: Error | undefined;

  private constructor(private readonly file: FileHandle) {}

  /**
   * Reads what is there, cuts off a last line that a kill left unfinished (it was never acknowledged), and opens the
   * file for more. Throws when an earlier line cannot be read: guessing about money would be worse.
   */
  static async open(
    path: string,
  ): Promise<{ ledger: LedgerFile; entries: LedgerEntry[]; droppedBytes: number }> {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, 'a+');
    try {
      const bytes = await readFile(path);
      const end = bytes.lastIndexOf(0x0a) + 1;
      const droppedBytes = bytes.length - end;
      if (droppedBytes > 0) {
        await file.truncate(end);
        await file.datasync();
      }
      const entries = bytes
        .subarray(0, end)
        .toString('utf8')
        .split('\n')
        .slice(0, -1)
        .map((line, index) => readLine(path, line, index + 1));
      return { ledger: new LedgerFile(file), entries, droppedBytes };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  append(entry: LedgerEntry): Promise<void> {
    if (this.broken) return Promise.reject(this.broken);
    return new Promise((resolve, reject) => {
      this.waiting.push({ line: `${JSON.stringify(entry)}\n`, resolve, reject });
      this.writing ??= this.writeAll();
    });
  }

  async close(): Promise<void> {
    await this.writing;
    this.broken ??= new Error('the ledger is closed');
    await this.file.close();
  }

  /** Why nothing can be written any more; undefined while all is well. */
  get failure(): Error | undefined {
    return this.broken;
  }

  private async writeAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      try {
        if (this.broken) throw this.broken;
        await this.file.appendFile(batch.map(({ line }) => line).join(''));
        await this.file.datasync();
        for (const { resolve } of batch) resolve();
      } catch (cause) {
        // What is on disk now is unknown: nothing more is written until a restart has read it back.
        this.broken ??= new Error('the ledger cannot be written', { cause });
        for (const { reject } of batch) reject(this.broken);
      }
    }
    this.writing = undefined;
  }
}

function readLine(path: string, line: string, number: number): LedgerEntry {
  try {
    return parseEntry(line);
  } catch (cause) {
    throw new Error(`line ${number} of the ledger ${path} cannot be read`, { cause });
  }
}
