/** How the page looks: a phone's chat in light colours, drawn with nothing but CSS. */
export const STYLE = `
* { box-sizing: border-box; margin: 0; }
body {
  background: #ffffff; color: #16202a; padding: 20px;
  font: 15px/1.36 "Noto Sans", "Noto Sans CJK KR", "Segoe UI", Roboto, Helvetica, Arial,
    "Noto Color Emoji", sans-serif;
}
main { display: flex; gap: 22px; width: max-content; align-items: stretch; }
section { width: 372px; display: flex; flex-direction: column; }
h2 { font-size: 16px; font-weight: 600; text-align: center; color: #3c4a57; padding: 0 8px 12px; }
.phone {
  flex: 1; display: flex; flex-direction: column; overflow: hidden; background: #e9eef0;
  border: 1px solid #ccd5da; border-radius: 26px; box-shadow: 0 6px 18px rgb(30 50 70 / 12%);
}
header { display: flex; gap: 10px; align-items: center; background: #ffffff; padding: 11px 18px; }
header small { display: block; font-size: 12px; color: #7b8894; }
.face {
  width: 38px; height: 38px; border-radius: 50%; background: #24505e; color: #ffffff;
  display: grid; place-items: center; font: 700 15px "Noto Sans Mono", monospace;
}
.steps {
  flex: 1; display: flex; flex-direction: column; gap: 8px; justify-content: space-between;
  padding: 14px 10px 16px; border-radius: 26px; background: #e2e9e8;
}
.step {
  align-self: center; font-size: 12.5px; color: #4d5d69; background: #ffffffa6;
  border-radius: 12px; padding: 2px 12px;
}
.chat {
  flex: 1; display: flex; flex-direction: column; justify-content: flex-end; gap: 8px;
  padding: 14px 10px; background: #e2e9e8;
}
.field { background: #ffffff; color: #94a0aa; padding: 13px 20px 15px; }
article { max-width: 92%; display: flex; flex-direction: column; gap: 4px; }
.mine { align-self: flex-end; }
.theirs { align-self: flex-start; }
.bubble {
  background: #ffffff; border-radius: 14px 14px 14px 4px; padding: 7px 11px 5px;
  box-shadow: 0 1px 1px rgb(30 50 70 / 14%);
}
.mine .bubble { background: #dcf1e6; border-radius: 14px 14px 4px 14px; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; }
footer { display: flex; align-items: center; justify-content: flex-end; min-height: 16px; }
.when { font-size: 11px; color: #82909b; margin-left: auto; padding-left: 12px; }
.reaction { background: #ffffff; border-radius: 12px; padding: 2px 9px; font-size: 15px; }
.theirs .reaction { background: #eef2f4; }
.quote {
  border-left: 3px solid #3f8d7d; background: #eef5f2; border-radius: 5px; padding: 3px 9px;
  margin-bottom: 5px; font-size: 13px; min-width: 0;
}
.quote b { display: block; color: #2f7666; }
.quote span { display: block; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.file { border: 1px solid #d5dde2; border-radius: 8px; padding: 8px 10px; margin-bottom: 4px; }
.file span { display: block; font-size: 12px; color: #82909b; }
code, pre { font: 13px/1.4 "Noto Sans Mono", "Noto Sans Mono CJK KR", monospace; }
code { color: #7d3b6c; }
pre {
  background: #f0f3f5; border-left: 3px solid #b8c5cc; border-radius: 5px; padding: 6px 9px;
  margin: 4px 0; white-space: pre-wrap; font-size: 12.5px;
}
pre[data-language]:not([data-language=""])::before {
  content: attr(data-language); display: block; font-size: 11px; color: #82909b;
}
blockquote {
  border-left: 3px solid #c79a3b; background: #fbf6ea; border-radius: 5px; padding: 4px 9px;
}
a { color: #1f6fb5; text-decoration: none; }
time { border-bottom: 1px dotted #82909b; }
.spoiler { background: #16202a; border-radius: 3px; }
.row { display: flex; gap: 4px; }
.buttons { display: flex; flex-direction: column; gap: 4px; }
.button {
  flex: 1; text-align: center; border-radius: 9px; padding: 8px 6px; font-size: 14px;
  font-weight: 500; background: #ffffffd9; color: #2c4a5c;
}
.button.success { background: #3a9c6c; color: #ffffff; }
.button.danger { background: #d35f5a; color: #ffffff; }
.button.primary { background: #2f79b9; color: #ffffff; }
`;
