import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
  type ConsumerInfo,
  type JetStreamManager,
  type StreamInfo,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { Logger } from '../logging';
import type { NatsLink } from './nats-link';

const DAY_MS = 24 * 3600 * 1000;
const MAX_AGE = nanos(14 * DAY_MS);
const DUPLICATE_WINDOW = nanos(10 * 60 * 1000);
const MAX_ACK_PENDING = 256;
const STREAM_NAME_IN_USE = 10058;
const CONSUMER_EXISTS = 10148;

export interface StreamOptions {
  link: NatsLink;
  jsm: JetStreamManager;
  name: string;
  subjectPrefix: string;
  ackWaitMs: number;
  logger: Logger;
  /** Told the stream's birth once, and again whenever it is another one: then everything stored is gone. */
  onCreated?: ((created: Date) => void | Promise<void>) | undefined;
}

/** The one stream and its durable consumers, made whenever they are found missing. */
export class JetStreamStream {
  private looking: Promise<StreamInfo> | undefined;
  private configured = false;
  private created: string | undefined;

  constructor(private readonly options: StreamOptions) {}

  get name(): string {
    return this.options.name;
  }

  /** Makes the stream if it is missing; concurrent calls share one look. */
  ensure(): Promise<StreamInfo> {
    this.looking ??= this.options.link
      .answered(() => this.lookOrMake())
      .finally(() => {
        this.looking = undefined;
      });
    return this.looking;
  }

  /** Makes the durable pull consumer of one subject if it is missing, and corrects it if it differs. */
  ensureConsumer(durable: string, subject: string): Promise<ConsumerInfo> {
    return this.options.link.answered(() => this.addOrCorrect(durable, subject));
  }

  private async addOrCorrect(durable: string, subject: string): Promise<ConsumerInfo> {
    const { jsm, name, ackWaitMs } = this.options;
    const changeable = {
      ack_wait: nanos(ackWaitMs),
      max_deliver: -1,
      max_ack_pending: MAX_ACK_PENDING,
      filter_subject: subject,
    };
    try {
      return await jsm.consumers.add(name, {
        durable_name: durable,
        ack_policy: AckPolicy.Explicit,
        deliver_policy: DeliverPolicy.All,
        ...changeable,
      });
    } catch (error) {
      if (!isApiError(error, CONSUMER_EXISTS)) throw error;
      return jsm.consumers.update(name, durable, changeable);
    }
  }

  private async lookOrMake(): Promise<StreamInfo> {
    const info = await this.infoOrMade();
    if (info.created !== this.created) this.tell(info.created);
    return info;
  }

  private async infoOrMade(): Promise<StreamInfo> {
    const { jsm, name, logger } = this.options;
    try {
      const info = await jsm.streams.info(name);
      if (this.configured || !this.differs(info)) return info;
      this.configured = true;
      return await jsm.streams.update(name, this.settings());
    } catch (error) {
      if (!isApiError(error, JetStreamApiCodes.StreamNotFound)) throw error;
    }
    logger.warn({ stream: name }, 'making the stream');
    try {
      const made = await jsm.streams.add({
        name,
        storage: StorageType.File,
        retention: RetentionPolicy.Limits,
        ...this.settings(),
      });
      this.configured = true;
      return made;
    } catch (error) {
      // Another process made it in the meantime.
      if (!isApiError(error, STREAM_NAME_IN_USE)) throw error;
      return jsm.streams.info(name);
    }
  }

  private settings() {
    return {
      subjects: [`${this.options.subjectPrefix}.>`],
      discard: DiscardPolicy.New,
      max_age: MAX_AGE,
      duplicate_window: DUPLICATE_WINDOW,
    };
  }

  private differs({ config }: StreamInfo): boolean {
    const wanted = this.settings();
    return (
      config.subjects.join() !== wanted.subjects.join() ||
      config.discard !== wanted.discard ||
      config.max_age !== wanted.max_age ||
      config.duplicate_window !== wanted.duplicate_window
    );
  }

  private tell(created: string): void {
    const { onCreated, logger, name } = this.options;
    this.created = created;
    if (!onCreated) return;
    Promise.resolve(created)
      .then((instant) => onCreated(new Date(instant)))
      .catch((err: unknown) => {
        // Told again at the next look.
        this.created = undefined;
        logger.error({ err, stream: name }, 'could not act on a new stream');
      });
  }
}

function isApiError(error: unknown, code: number): boolean {
  return error instanceof JetStreamApiError && error.code === code;
}
