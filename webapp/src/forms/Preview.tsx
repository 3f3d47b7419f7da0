/** A small picture of a file that was chosen, if the browser can show it. */
import Box from "@mui/material/Box";
import { useState } from "react";

import { type Chosen } from "./form";
import { useFileUrl } from "./useFileUrl";

export function Preview({ file }: { file: Chosen }) {
  const url = useFileUrl(file.type.startsWith("image/") ? file : undefined);
  const [isBroken, setIsBroken] = useState(false);
  if (!url || isBroken) return null;

  return (
    <Box
      component="img"
      src={url}
      alt=""
      onError={() => {
        setIsBroken(true);
      }}
      sx={{
        display: "block",
        maxWidth: "100%",
        maxHeight: 160,
        mx: "auto",
        mb: 1,
        borderRadius: 1,
      }}
    />
  );
}
