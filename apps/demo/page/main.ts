document.title = 'Framewire demo';
