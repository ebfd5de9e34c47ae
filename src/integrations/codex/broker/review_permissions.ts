/** The permissions of a reviewer's thread. `:minimal` in place of `:root` lets nothing start. */
export const REVIEW_PERMISSIONS = {
  default_permissions: "review",
  permissions: {
    review: { filesystem: { ":root": "read", ":tmpdir": "write", ":slash_tmp": "write" } },
  },
};
