/** What the server sends: the types of `../page_chat.ts`. */
export interface Snapshot {
  readonly bot: { readonly name: string; readonly username: string };
  readonly work: "script" | "echo" | "codex";
  /** What the script knows, by language. */
  readonly suggestions?: Readonly<Record<"en" | "ko", readonly string[]>>;
  readonly complaint?: string;
  readonly messages: Message[];
  readonly commands: Command[];
  readonly description: string;
  readonly action: Action | null;
}

export interface Changes extends Partial<Pick<Snapshot, "commands" | "description" | "action">> {
  readonly changed?: Message[];
  readonly removed?: number[];
}

export interface Message {
  readonly id: number;
  readonly mine: boolean;
  readonly at: string;
  readonly edited: boolean;
  readonly text: string;
  readonly entities: Entity[];
  readonly blocks?: RichBlock[];
  readonly file?: FileView;
  readonly buttons: Button[][];
  readonly replyTo?: number;
  readonly silent: boolean;
  readonly reactions: string[];
}

export interface Button {
  readonly text: string;
  readonly data?: string;
  readonly style?: string;
  readonly url?: string;
  readonly copyText?: string;
}

export interface Entity {
  readonly type: string;
  readonly offset: number;
  readonly length: number;
  readonly url?: string;
  readonly language?: string;
  readonly unix_time?: number;
  readonly date_time_format?: string;
}

export interface FileView {
  readonly kind: "document" | "photo";
  readonly name: string;
  readonly size: number;
  readonly address: string;
}

export interface Command {
  readonly command: string;
  readonly description: string;
}

export interface Action {
  readonly name: string;
  readonly at: string;
}

/** The parts of rich messages that this bot uses. */
export type RichText = string | RichStyled | RichText[];

export interface RichStyled {
  readonly type: string;
  readonly text: RichText;
  readonly url?: string;
}

export interface RichCell {
  readonly text?: RichText;
  readonly align: string;
  readonly is_header?: boolean;
}

export interface RichItem {
  readonly blocks: RichBlock[];
  readonly value?: number;
  readonly has_checkbox?: boolean;
  readonly is_checked?: boolean;
}

export interface RichBlock {
  readonly type: string;
  readonly text?: RichText;
  readonly size?: number;
  readonly language?: string;
  readonly blocks?: RichBlock[];
  readonly items?: RichItem[];
  readonly cells?: RichCell[][];
}
