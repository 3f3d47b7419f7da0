/** More about a route, for those who open it: until then nothing of it is made. */
import Box from "@mui/material/Box";
import { type ReactNode, useState } from "react";

interface MoreProps {
  summary: string;
  children: ReactNode;
}

export function More({ summary, children }: MoreProps) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Box
      component="details"
      sx={{ mt: 8, borderTop: 1, borderColor: "divider", pt: 4 }}
      onToggle={(event: React.ToggleEvent<HTMLElement>) => {
        setIsOpen(event.newState === "open");
      }}
    >
      <Box component="summary" sx={{ cursor: "pointer", fontWeight: 600 }}>
        {summary}
      </Box>
      {isOpen && children}
    </Box>
  );
}
