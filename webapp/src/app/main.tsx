/** Puts the app together and shows it. */
import createCache from "@emotion/cache";
import { CacheProvider } from "@emotion/react";
import CssBaseline from "@mui/material/CssBaseline";
import { ThemeProvider } from "@mui/material/styles";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { Problem } from "@/shared/api/client";
import { startSpeaking } from "@/shared/i18n";
import { startLooking, theme } from "@/shared/theme";

import { router } from "./router";

// The policy of the page lets only styles with its nonce in.
const nonce = document.querySelector<HTMLMetaElement>(
  'meta[name="style-nonce"]',
)?.content;
const styles = createCache({ key: "mkp", prepend: true, ...(nonce && { nonce }) });

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // The engine may be on this machine, whatever the browser says of the network.
      networkMode: "always",
      staleTime: 2000,
      retry: (count, error) => !(error instanceof Problem) && count < 3,
    },
    mutations: { networkMode: "always" },
  },
});

function show(): void {
  const root = document.getElementById("root");
  if (!root) throw new Error("the page has no element #root");

  createRoot(root).render(
    <StrictMode>
      <CacheProvider value={styles}>
        <ThemeProvider theme={theme}>
          <CssBaseline />
          <QueryClientProvider client={queries}>
            <RouterProvider router={router} />
          </QueryClientProvider>
        </ThemeProvider>
      </CacheProvider>
    </StrictMode>,
  );
}

startLooking();
void startSpeaking().then(show);
