/** Names what the runtime in every executable is made of: Deno and the larger of its parts. */

export interface RuntimePart {
  readonly name: string;
  /** Where it is known here; the others change with the release of Deno. */
  readonly version?: string;
  /** An expression of SPDX. */
  readonly license: string;
  readonly holder: string;
  /** Where it comes from. */
  readonly home: string;
}

const { deno, v8 } = Deno.version;

export const RUNTIME_PARTS: readonly RuntimePart[] = [
  part("Deno", "MIT", "the Deno authors", "https://github.com/denoland/deno", deno),
  part(
    "V8",
    "BSD-3-Clause",
    "the V8 project authors",
    "https://chromium.googlesource.com/v8/v8",
    v8,
  ),
  part("rusty_v8", "MIT", "the Deno authors", "https://github.com/denoland/rusty_v8"),
  part("ICU", "Unicode-3.0", "Unicode, Inc.", "https://github.com/unicode-org/icu"),
  part(
    "Node.js (parts of its library)",
    "MIT",
    "Node.js contributors",
    "https://github.com/nodejs/node",
  ),
  part("SQLite", "blessing", "in the public domain", "https://www.sqlite.org"),
  part("rusqlite", "MIT", "the rusqlite developers", "https://github.com/rusqlite/rusqlite"),
  part("Tokio", "MIT", "Tokio Contributors", "https://github.com/tokio-rs/tokio"),
  part("hyper", "MIT", "Sean McArthur", "https://github.com/hyperium/hyper"),
  part("h2", "MIT", "h2 authors", "https://github.com/hyperium/h2"),
  part(
    "rustls",
    "Apache-2.0 OR ISC OR MIT",
    "the rustls developers",
    "https://github.com/rustls/rustls",
  ),
  part(
    "AWS-LC",
    "Apache-2.0 AND ISC",
    "Amazon.com, Inc., the OpenSSL and BoringSSL authors",
    "https://github.com/aws/aws-lc",
  ),
  part(
    "Mozilla's list of certificates",
    "CDLA-Permissive-2.0",
    "Mozilla",
    "https://github.com/rustls/webpki-roots",
  ),
  part(
    "Hickory DNS",
    "MIT OR Apache-2.0",
    "the Hickory DNS developers",
    "https://github.com/hickory-dns/hickory-dns",
  ),
  part("wgpu", "MIT OR Apache-2.0", "the gfx-rs developers", "https://github.com/gfx-rs/wgpu"),
  part(
    "OpenTelemetry for Rust",
    "Apache-2.0",
    "OpenTelemetry Authors",
    "https://github.com/open-telemetry/opentelemetry-rust",
  ),
  part("libffi", "MIT", "Anthony Green and others", "https://github.com/libffi/libffi"),
  part("zlib", "Zlib", "Jean-loup Gailly and Mark Adler", "https://zlib.net"),
  part(
    "Brotli",
    "BSD-3-Clause AND MIT",
    "the Brotli authors, Dropbox, Inc.",
    "https://github.com/dropbox/rust-brotli",
  ),
];

function part(
  name: string,
  license: string,
  holder: string,
  home: string,
  version?: string,
): RuntimePart {
  return { name, license, holder, home, ...(version === undefined ? {} : { version }) };
}

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.`;

const BSD = `Redistribution and use in source and binary forms, with or without
modification, are permitted provided that the following conditions are
met:

    * Redistributions of source code must retain the above copyright
      notice, this list of conditions and the following disclaimer.
    * Redistributions in binary form must reproduce the above
      copyright notice, this list of conditions and the following
      disclaimer in the documentation and/or other materials provided
      with the distribution.
    * Neither the name of Google Inc. nor the names of its
      contributors may be used to endorse or promote products derived
      from this software without specific prior written permission.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS
"AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT
LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR
A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT
OWNER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL,
SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT
LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE,
DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY
THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT
(INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE
OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.`;

/** The runtime's part of the licenses: the texts of Deno and V8, and where the others are found. */
export function runtimeLicenses(): string {
  const rows = RUNTIME_PARTS.map(({ name, license, holder, home }) =>
    `- ${name}: ${license}, ${holder}, ${home}`
  );
  return `## The runtime: Deno ${deno} with V8 ${v8}

The runtime is taken as Deno publishes it. The larger of its parts:

${rows.join("\n")}

Every part of Rust, with its version: https://github.com/denoland/deno/blob/v${deno}/Cargo.lock

### Deno

Copyright 2018-2026 the Deno authors

${MIT}

### V8

Copyright 2014, the V8 project authors. All rights reserved.
${BSD}
`;
}
