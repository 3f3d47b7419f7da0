/** MUI's buttons and links that lead to an address of the app. */
import Button, { type ButtonProps } from "@mui/material/Button";
import MuiLink, { type LinkProps as MuiLinkProps } from "@mui/material/Link";
import { createLink } from "@tanstack/react-router";
import type { Ref } from "react";

type AnchorProps = Omit<ButtonProps<"a">, "component" | "href" | "ref"> & {
  href?: string;
  ref?: Ref<HTMLAnchorElement>;
};

function Anchor({ href = "", ...props }: AnchorProps) {
  return <Button component="a" href={href} {...props} />;
}

function Plain({ ref, ...props }: MuiLinkProps & { ref?: Ref<HTMLAnchorElement> }) {
  return <MuiLink ref={ref} {...props} />;
}

export const LinkButton = createLink(Anchor);
export const AppLink = createLink(Plain);
