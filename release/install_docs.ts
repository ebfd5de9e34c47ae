/** Writes into the documents how to install, as far as it is known who publishes. */
import { npmPackageOf, PUBLISHER, type Publisher, releasesPageOf } from "../src/core/publisher.ts";
import type { Language } from "../src/texts/texts.ts";

/** The documents with such a part, and its language. */
export const INSTALL_DOCUMENTS: Readonly<Record<string, Language>> = {
  "README.md": "en",
  "README.ko.md": "ko",
  "docs/upgrading.md": "en",
};

const PARTS = /(<!-- (install|upgrade) -->\n\n)[\s\S]*?(\n\n<!-- end of \2 -->)/g;

/** Fills the marked parts of a document. */
export function withInstallation(
  document: string,
  language: Language,
  publisher: Publisher | undefined,
): string {
  return document.replaceAll(PARTS, (_, begin: string, part: string, end: string) => {
    const text = part === "install" ? INSTALL[language](publisher) : upgradeText(publisher);
    return begin + text + end;
  });
}

const INSTALL: Readonly<Record<Language, (publisher: Publisher | undefined) => string>> = {
  en: (publisher) =>
    publisher === undefined
      ? `**Nothing is published yet**: run it from its source, or make an archive yourself with
\`npx -y deno@2.9.6 task compile\`. The package \`codex-orchestrator\` on npm belongs to another
project.`
      : `\`\`\`sh
curl -fsSL ${releasesPageOf(publisher)}/latest/download/install.sh | sh
\`\`\`

That fetches the archive for your system, compares its checksum, and puts the program into
\`~/.local/bin\`, without root. \`sh -s -- --version 0.1.0\` takes another version, \`--dir FOLDER\`
another folder, and \`--uninstall\` removes it; your settings stay. Other ways:

- **npm** (Node 20 or newer): \`npm install -g ${npmPackageOf(publisher)}\`. Mind the scope: the
  package \`codex-orchestrator\` belongs to another project.
- **An archive** of the [releases](${releasesPageOf(publisher)}), which for Windows is a \`.zip\`:
  [check it](docs/releasing.md#checking-what-you-have-downloaded), unpack it, and put the program
  where your \`PATH\` finds it. Completions, a man page and conf.toml.example are inside.
- **Homebrew**: each release has the formula \`codex-orchestrator.rb\`, for a tap of yours.`,
  ko: (publisher) =>
    publisher === undefined
      ? `**아직 배포된 것이 없습니다.** 소스에서 실행하거나 \`npx -y deno@2.9.6 task compile\`로 압축
파일을 직접 만드세요. npm의 \`codex-orchestrator\` 패키지는 다른 프로젝트의 것입니다.`
      : `\`\`\`sh
curl -fsSL ${releasesPageOf(publisher)}/latest/download/install.sh | sh
\`\`\`

시스템에 맞는 압축 파일을 받아 체크섬을 확인한 뒤 \`~/.local/bin\`에 설치합니다. root 권한은 필요
없습니다. \`sh -s -- --version 0.1.0\`으로 버전을, \`--dir 폴더\`로 폴더를 고르고, \`--uninstall\`로
제거합니다. 설정은 남습니다. 다른 방법:

- **npm**(Node 20 이상): \`npm install -g ${npmPackageOf(publisher)}\`. 스코프를 빼지 마세요.
  \`codex-orchestrator\` 패키지는 다른 프로젝트의 것입니다.
- **압축 파일**: [릴리스](${releasesPageOf(publisher)})에서 받아(Windows는 \`.zip\`)
  [확인](docs/releasing.md#checking-what-you-have-downloaded)하고 풀어서 \`PATH\`에 있는 폴더에
  둡니다. 자동 완성, man 페이지, conf.toml.example이 들어 있습니다.
- **Homebrew**: 릴리스마다 직접 만든 tap에 넣을 수 있는 \`codex-orchestrator.rb\`가 있습니다.`,
};

function upgradeText(publisher: Publisher | undefined): string {
  const npm = publisher === undefined
    ? `- **From npm**: nothing is published there yet. The package \`codex-orchestrator\` belongs to
  another project; ours will have a scope.`
    : `- **By the script**: run it again, as [Install](../README.md#install) says.
- **From npm**: \`npm install -g ${npmPackageOf(publisher)}@latest\`, or a version instead of
  \`latest\`. Mind the scope: the package \`codex-orchestrator\` belongs to another project.`;
  return `${npm}
- **An executable**: [check](releasing.md#checking-what-you-have-downloaded) the archive and put the
  program where the old one is. Keep the old one beside it, as \`codex-orchestrator.before-upgrade\`.
- **A checkout**: \`git fetch --tags && git checkout v0.2.0\`, with the version you want.`;
}

if (import.meta.main) {
  for (const [path, language] of Object.entries(INSTALL_DOCUMENTS)) {
    const document = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, withInstallation(document, language, PUBLISHER));
  }
}
