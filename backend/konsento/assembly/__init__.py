"""Where everything is put together. The only place that imports every room."""
